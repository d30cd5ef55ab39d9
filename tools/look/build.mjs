// Compile the style sheet, and carry font, icons and their licences into the package. `npm ci && npm run build`
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { compile } from "sass";

const pages = "../../src/terpadu/pages";
const served = `${pages}/static/pages`;
const icons = JSON.parse(readFileSync("icons.json", "utf8"));

const { css } = compile("look.scss", { style: "compressed", loadPaths: ["node_modules"], charset: false });
const credit = "/* Parts: GOV.UK Frontend, MIT, see govuk-frontend.LICENSE.txt; font Inter, OFL 1.1, see inter.LICENSE.txt */\n";
// By it a test without Node finds a style sheet that is older than its sources.
function digest() {
  const sources = ["icons.json", "look.scss", "package-lock.json", ...readdirSync("scss").map((name) => `scss/${name}`)];
  const hash = createHash("sha256");
  for (const name of sources.sort()) hash.update(readFileSync(name));
  return hash.digest("hex");
}

mkdirSync(served, { recursive: true });
writeFileSync(`${served}/look.css`, `${credit}/* Made of: ${digest()} */\n${css}\n`);

copyFileSync("node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", `${served}/inter-latin.woff2`);
copyFileSync("node_modules/@fontsource-variable/inter/LICENSE", `${served}/inter.LICENSE.txt`);
copyFileSync("govuk-frontend.LICENSE.txt", `${served}/govuk-frontend.LICENSE.txt`);

rmSync(`${pages}/icons`, { recursive: true, force: true });
mkdirSync(`${pages}/icons`);
copyFileSync("node_modules/@tabler/icons/LICENSE", `${pages}/icons/LICENSE.txt`);
for (const name of icons) {
  const own = `icons/${name}.svg`;
  const drawn = readFileSync(existsSync(own) ? own : `node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
  const shapes = drawn.match(/<(path|circle|rect|line)[^>]*>/g).filter((shape) => !shape.includes('stroke="none"'));
  writeFileSync(`${pages}/icons/${name}.svg`, `${shapes.map((shape) => shape.replace(" />", "/>")).join("")}\n`);
}
console.log(`look.css ${Math.round(css.length / 1024)} kB, ${icons.length} icons`);
