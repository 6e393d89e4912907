// What is drawn of a mark: the same numbers give the same shapes, and what is missing or early looks so.
import assert from "node:assert/strict";
import { test } from "node:test";
import { marks, option } from "../../static/charts/drawings.js";

const LOOK = { surface: "#fff", sunken: "#eee", line: "#ddd", edge: "#888", ink: "#111", "ink-soft": "#555", violet: "#43a", "violet-soft": "#eef", leaf: "#264", "leaf-soft": "#dfe", major: "#a30", moderate: "#750", block: "#911", still: false, turned: false, language: "en-US", font: "sans", width: 900 };
const STATE = { told: "One row.", at: -1, glowing: {} };
const API = { coord: ([x, y]) => [100 + 500 * x, 20 + 46 * y], size: () => [20, 0] };
const AREA = { x: 100, y: 0, width: 500, height: 500 };

const ROW = { key: "7", name: "ginger\nstomach {cold|", low: 0.4, mean: 0.6, high: 0.8, prior: 0.5, worst: 0.3, best: 0.9, tier: "plain", beside: "30 → 18" };
const forest = (...rows) => ({ sentence: "One row.", marks: rows, option: {
  xAxis: { type: "value", min: 0, max: 1, as: "share", turns: true }, yAxis: { type: "category", inverse: true, names: true },
  series: [{ id: "rows", type: "custom", draws: "interval", at: ["low", "mean", "high"] }] } });
const weeks = (...rows) => ({ sentence: "", marks: rows, option: {
  xAxis: { type: "category", names: true, turns: true }, yAxis: { type: "value", min: 0, max: 1, as: "share" },
  series: [{ id: "weeks", type: "custom", draws: "week", at: ["share"], across: true }] } });

const shapes = (picture, at, look = LOOK, state = STATE) => marks(picture, look, state).series[0].renderItem({ dataIndex: at, coordSys: AREA }, API).children;
const kinds = (drawn) => drawn.map((one) => one.type);

test("an item has the id of its mark, so that one that changes is merged alone", () => {
  const { series: [only] } = marks(forest(ROW), LOOK, STATE);
  assert.equal(only.id, "rows");
  assert.deepEqual(only.data, [{ id: "7", value: [0, 0.4, 0.6, 0.8] }]);
});

test("early is hollow and dashed, established is neither", () => {
  const look = (tier) => {
    const drawn = shapes(forest({ ...ROW, tier }), 0);
    const dot = drawn.find((one) => one.type === "circle").style;
    return [dot.fill === LOOK.surface, drawn.some((one) => one.type === "line" && one.style.lineDash)];
  };
  assert.deepEqual(look("early"), [true, true]);
  for (const tier of ["preliminary", "plain"]) assert.deepEqual(look(tier), [false, false]);
});

test("an interval ends at the axis, whatever is beyond it", () => {
  for (const one of shapes(forest({ ...ROW, low: -9, high: 9 }), 0).filter((one) => one.type === "line")) {
    assert.ok(one.shape.x1 >= AREA.x && one.shape.x2 <= AREA.x + AREA.width);
  }
});

test("from right to left the axis, the names and what is beside them change sides, and digits are Persian", () => {
  const left = option(forest(ROW), LOOK, STATE), right = option(forest(ROW), { ...LOOK, turned: true, language: "fa-IR" }, STATE);
  assert.equal(left.xAxis.inverse, undefined);
  assert.equal(right.xAxis.inverse, true);
  assert.equal(right.yAxis.position, "right");
  assert.deepEqual([left.grid.left, left.grid.right], [right.grid.right, right.grid.left]);
  assert.equal(left.xAxis.axisLabel.formatter(0.5), "50%");
  assert.equal(right.xAxis.axisLabel.formatter(0.5).replace(/[\u200e\u200f\u061c]/g, ""), "۵۰٪");
});

test("no name becomes a style", () => {
  assert.equal(option(forest(ROW), LOOK, STATE).yAxis.axisLabel.formatter(ROW.name), "{name|Ginger}\n{under|Stomach  cold }");
});

test("nothing moves for who asked for less motion", () => {
  assert.equal(option(forest(ROW), { ...LOOK, still: true }, STATE).animation, false);
  assert.equal(option(forest(ROW), LOOK, STATE).animation, true);
});

test("a week with too few answers is a gap: no point, no band to it, but its answers are there", () => {
  const known = { key: "a", name: "a", share: 0.5, low: 0.3, high: 0.7, answered: 10, early: false };
  const few = { key: "b", name: "b", share: null, low: null, high: null, answered: 3, early: false };
  const picture = weeks(known, few, known, known);
  assert.ok(!kinds(shapes(picture, 1)).includes("circle"));
  assert.equal(shapes(picture, 1).filter((one) => one.style.fill === LOOK.line).length, 1);
  assert.ok(!kinds(shapes(picture, 0)).includes("polygon"), "no band into the gap");
  assert.ok(kinds(shapes(picture, 2)).includes("polygon"));
});
