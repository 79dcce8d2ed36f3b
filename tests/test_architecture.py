"""The house of ARCHITECTURE.md: which module may import which, and where each library may be used."""

import ast
from pathlib import Path

import pytest

import influence_lib

ROOT = Path(influence_lib.__file__).parent
VOCABULARY = {"language", "metrics", "findings", "campaign", "tables", "wording"}
ALLOWED = {
    **dict.fromkeys(VOCABULARY, VOCABULARY),
    "intake": VOCABULARY | {"intake"},
    "analysis": VOCABULARY | {"analysis"},
    "figures": VOCABULARY | {"analysis", "figures"},
    "simulate": {"simulate"},
    "report": VOCABULARY | {"report"},
    "batch": VOCABULARY | {"intake", "report", "batch"},
    "checking": VOCABULARY | {"intake", "analysis", "batch"},
    "setup": VOCABULARY | {"intake"},
    "cli": VOCABULARY | {"report", "batch", "checking", "setup", "simulate"},
}
ONLY_IN = {
    "seaborn": {"figures"},
    "matplotlib": {"figures"},
    "statsmodels": {"analysis"},
    "scipy": {"analysis"},
    "papermill": {"batch"},
    "yaml": {"campaign", "setup"},
    "click": {"cli"},
    "jinja2": {"report"},
    "nh3": {"report"},
    "python_calamine": {"intake"},
    "duckdb": {"intake"},
    "currency_converter": {"intake"},
}
QUESTIONS = {"engagement", "saturation", "roi"}


def _place(file: Path) -> str:
    """Return the top-level module or package that a file belongs to."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def _typing_only(tree: ast.AST) -> set[int]:
    """Return the ids of nodes that only the type checker sees."""
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)]
    return {id(node) for block in blocks for node in ast.walk(block)}


def _imports(file: Path) -> list[str]:
    """Return the dotted names that a file imports at run time."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped, names = _typing_only(tree), []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


FILES = sorted(file for file in ROOT.rglob("*.py") if file.parent != ROOT or file.name != "__init__.py")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_down_only(file: Path) -> None:
    """A module imports from its own floor or below, never upwards."""
    ours = [name.split(".")[1] for name in _imports(file) if name.startswith("influence_lib.")]
    known = {name for name in ours if (ROOT / name).is_dir() or (ROOT / f"{name}.py").is_file()}
    assert known <= ALLOWED[_place(file)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_each_library_is_used_in_its_place_only(file: Path) -> None:
    """Statistics stay in analysis, drawing in figures, YAML in campaign, and so on."""
    used = {name.split(".")[0] for name in _imports(file)} & set(ONLY_IN)
    assert {library for library in used if _place(file) not in ONLY_IN[library]} == set()


def test_the_three_questions_never_import_each_other() -> None:
    """Each question can be read, tested and deleted alone."""
    for question in QUESTIONS:
        names = {name.split(".")[-1] for name in _imports(ROOT / "analysis" / f"{question}.py")}
        names |= {part for name in _imports(ROOT / "analysis" / f"{question}.py") for part in name.split(".")}
        assert names & (QUESTIONS - {question}) == set()


def _functions() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    """Return every function and class of the library with the place where it stands."""
    found = []
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.append((f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", node))
    return found


def test_every_function_has_a_docstring() -> None:
    """Everything says in one plain line what it gives."""
    found = _functions()
    bodies = [node for _, node in found if not isinstance(node, ast.ClassDef)]
    nested = {id(inner) for node in bodies for inner in ast.walk(node) if inner is not node}
    assert [where for where, node in found if id(node) not in nested and not ast.get_docstring(node)] == []


def test_every_function_has_types() -> None:
    """Every argument and every result is typed."""
    bare = []
    for where, node in _functions():
        if isinstance(node, ast.ClassDef):
            continue
        arguments = [
            a for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if a.arg not in {"self", "cls"}
        ]
        if node.returns is None or any(argument.annotation is None for argument in arguments):
            bare.append(where)
    assert bare == []


def test_no_committed_file_names_this_machine_or_a_registry() -> None:
    """Nothing of the machine it was written on is in the project."""
    project = ROOT.parent
    files = [f for pattern in ("*.md", "*.toml", "*.yml", "Makefile", "*.lock") for f in project.glob(pattern)]
    files += [
        f
        for folder in ("influence_lib", "notebooks", "params", "tools", "benchmarks")
        for f in (project / folder).rglob("*")
        if f.suffix in {".py", ".ipynb", ".yml", ".txt", ".html", ".md"}
    ]
    words = ("/".join(("", "work", "main")), "/".join(("", "root", "")), "pypi" + ".org", "files.python" + "hosted")
    assert [
        f"{file.name}: {word}" for file in files for word in words if word in file.read_text(encoding="utf-8")
    ] == []
