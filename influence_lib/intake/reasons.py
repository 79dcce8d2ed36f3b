"""Why a row was set aside or dropped, a value converted, or a file refused: code, rule and way out, each once."""

from dataclasses import dataclass
from pathlib import Path

from influence_lib.campaign import InputError


@dataclass(frozen=True)
class Reason:
    """A reason code with the words a reader sees and what to do about it."""

    words: str
    advice: str = ""


REASONS = {
    "MISSING_REQUIRED": Reason("a required cell is empty", "fill the cell in the export"),
    "MISSING_CELL": Reason("the row has fewer cells than the header", "the download may be cut off; export it again"),
    "EXTRA_CELL": Reason("the row has more cells than the header", "quote cells that hold the delimiter"),
    "UNCLOSED_QUOTE": Reason("a quote is opened and never closed", "close the quote in this line"),
    "SEVERAL_CREATORS": Reason("several creators in one cell", "write one row for each, with its own numbers"),
    "NOT_A_NUMBER": Reason("not a number", "write a plain number, or leave the cell empty if unknown"),
    "NOT_INTEGER": Reason("a count with a fraction", "write a whole number"),
    "NEGATIVE_COUNT": Reason("a count below zero", "leave the cell empty if the number is hidden"),
    "NEGATIVE_AMOUNT": Reason("an amount below zero", "book a refund as its own kind, or remove the line"),
    "NUL_SIGN": Reason("a row with a NUL sign, which no text has", "export it again, or remove the sign"),
    "ENCODING": Reason("a row in another character encoding", "save the whole file as UTF-8"),
    "AMBIGUOUS_NUMBER": Reason("a number that can be read in two ways", "set `decimal` for this file in the YAML"),
    "NOT_A_SHARE": Reason("a share below 0 or above 100 %", "correct the share, or leave the cell empty if unknown"),
    "AMBIGUOUS_SHARE": Reason("shares and percent in one column", "write every number with a % sign"),
    "NOT_A_DATE": Reason("not a date", "write it as YYYY-MM-DD, with a time if there is one"),
    "DATE_TOO_OLD": Reason("a date before 2005", "correct the date"),
    "DATE_IN_FUTURE": Reason("a date years ahead", "correct the date"),
    "NOT_YES_OR_NO": Reason("neither yes nor no", "write yes, no, or leave the cell empty if unknown"),
    "ID_MANGLED": Reason("an id turned into a number by a spreadsheet", "export again and open it without Excel"),
    "UNKNOWN_STATUS": Reason("an order status we do not know", "write paid, refunded, cancelled or pending"),
    "CURRENCY_CONFLICT": Reason("an amount in another currency than its column says", "correct one of the two"),
    "OTHER_CURRENCY": Reason("in another currency than the campaign", "convert it, or use one campaign a currency"),
    "ERROR_ANSWER": Reason("an error the interface answered with", "ask again, with an access token that is valid"),
    "TOO_LONG": Reason("a text longer than any real one", "export again"),
    "BLANK_ROW": Reason("blank row"),
    "NOTE_LINE": Reason("a line of text among the rows"),
    "SECTION_ROW": Reason("a headline between the rows"),
    "TOTALS_ROW": Reason("total row"),
    "REPEATED_HEADER": Reason("the column names once more"),
    "LINE_ITEM_ROWS": Reason("further line item of an order already counted"),
    "DUPLICATE": Reason("exact duplicate of another row"),
    "SAME_POST_OTHER_ID": Reason("the same post under a second id: equal in every column but the id"),
    "NUMBERS_OF_A_DAY": Reason("numbers of one day, beside those of the post's whole life"),
    "ROLLING_TOTAL": Reason("total of a week or month that overlaps with others"),
    "OTHER_TABLE": Reason("row of another table in the file"),
    "OTHER_ITEM": Reason("an item that is neither a post nor a number of a day"),
    "CANCELLED": Reason("cancelled order"),
    "NOT_PAID": Reason("order not paid"),
    "TEST_ORDER": Reason("trial order of the shop itself"),
    "VOID_PAYMENT": Reason("payment that was cancelled, failed or given back"),
    "REVERSED": Reason("an action that was reversed"),
    "SUPERSEDED": Reason("an earlier state of an action that was changed since"),
    "ORDER_UNUSED": Reason("line item of an order that was set aside"),
    "AFTER_AS_OF": Reason("dated after the day of the report"),
    "OTHER_CAMPAIGN": Reason("belongs to another campaign", "if it is this one, add its label to `campaign_labels`"),
}


# Rows that were read well and still count for nothing.
NOT_COUNTED = {
    "TEST_ORDER",
    "VOID_PAYMENT",
    "REVERSED",
    "CANCELLED",
    "NOT_PAID",
    "OTHER_CURRENCY",
    "OTHER_CAMPAIGN",
    "AFTER_AS_OF",
}


class FileError(InputError):
    """A file cannot be used at all; `code` says why for machines."""

    def __init__(self, path: Path, code: str, message: str) -> None:
        """Word the fault of the file at `path`."""
        self.path, self.code, self.fault = path, code, message
        super().__init__(f"{path.name} cannot be used: {message}")


@dataclass(frozen=True)
class Fault:
    """One cell, or one row, that could not be read; of a whole row no value is kept, as it may name people."""

    line: int
    column: str
    value: str
    code: str

    @property
    def reason(self) -> Reason:
        """Return the words for the code."""
        return REASONS[self.code]
