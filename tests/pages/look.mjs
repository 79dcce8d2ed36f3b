// Opens pages in Chromium and says what it saw, one JSON line a page and screen. Jobs come as JSON on the standard input.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { browser: executablePath, jobs } = JSON.parse(readFileSync(0, "utf8"));
const ROOT = typeof process.geteuid === "function" && process.geteuid() === 0;
const ARGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...(ROOT ? ["--no-sandbox"] : []),
];
const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    // Tables that become cards on a telephone are blocks there and would lose their roles: these are written out.
    "no-redundant-role": "off",
    // A box that scrolls is a region with a name, and no section of the text.
    "prefer-native-element": ["error", { exclude: ["region"] }],
  },
});

/** What lies within the first screen: the heading, the answer and the tiles with their lower ends. */
function firstScreen() {
  const low = (one) => Math.round(one.getBoundingClientRect().bottom + window.scrollY);
  const all = (selector) => [...document.querySelectorAll(selector)].map(low);
  return { heading: all("h1"), answer: all(".standfirst"), tiles: all(".tile"), actions: all(".todo") };
}

/** The smallest text of a figure as shown, in CSS pixels: the width of the picture shown against its own tells it. */
function pictures() {
  return [...document.querySelectorAll("figure img")].map((image) => ({
    shown: Math.round(image.getBoundingClientRect().width),
    own: image.naturalWidth,
  }));
}

async function look(browser, job, screen) {
  const context = await browser.newContext({
    viewport: { width: screen.width, height: 900 },
    colorScheme: screen.scheme,
    offline: false,
  });
  const page = await context.newPage();
  const asked = [];
  const told = [];
  const address = pathToFileURL(job.file).href;
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) asked.push(request.url());
  });
  page.on("console", (message) => told.push(message.text()));
  page.on("pageerror", (error) => told.push(String(error)));
  page.on("dialog", (dialog) => {
    told.push(`dialog ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.goto(address, { waitUntil: "load" });
  if (job.wait) await page.waitForTimeout(job.wait);
  const seen = await page.evaluate(() => ({
    fired: window.__x ?? null,
    title: document.title,
    wide: document.documentElement.scrollWidth,
    headings: [...document.querySelectorAll("h1, h2, h3, h4")].map((one) => Number(one.tagName[1])),
    hidden: [...document.querySelectorAll("tbody tr")].filter((row) => row.getClientRects().length === 0).length,
  }));
  let violations = [];
  if (job.axe) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
    violations = found.violations.map((one) => `${one.impact} ${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
  }
  const result = { ...seen, asked, told, violations, first: await page.evaluate(firstScreen) };
  result.pictures = await page.evaluate(pictures);
  if (job.picture) await page.screenshot({ path: `${job.picture}-${screen.width}-${screen.scheme}.png` });
  if (job.pdf && screen === job.screens[0]) {
    await page.pdf({ path: job.pdf, format: "A4", tagged: true, preferCSSPageSize: true, printBackground: true });
  }
  await context.close();
  return result;
}

const browser = await chromium.launch({ executablePath, args: ARGS });
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function lookAtAll(waiting) {
  for (let job = waiting.shift(); job; job = waiting.shift()) {
    for (const screen of job.screens) say({ name: job.name, screen, ...(await look(browser, job, screen)) });
    if (job.valid) {
      const report = await validator.validateString(readFileSync(job.file, "utf8"));
      const told = report.results.flatMap((one) => one.messages);
      say({ name: job.name, faults: told.map((one) => `${one.ruleId} line ${one.line}: ${one.message}`) });
    }
  }
}

const waiting = [...jobs];
await Promise.all([lookAtAll(waiting), lookAtAll(waiting), lookAtAll(waiting)]);
await browser.close();
