// How the marks of a chart are drawn (pages/elements/chart.js): pure functions from marks and colours to what ECharts takes.
// They are functions and cannot travel with the option; nothing here is made from text.
const TOKENS = ["surface", "sunken", "line", "edge", "ink", "ink-soft", "violet", "violet-soft", "leaf", "leaf-soft", "major", "moderate", "block"];

// The colours as they are now, and what else the drawing minds.
export function looked(element, { still }) {
  const style = getComputedStyle(document.body);
  const tokens = Object.fromEntries(TOKENS.map((name) => [name, style.getPropertyValue(`--vv-${name}`).trim()]));
  const root = document.documentElement;
  return { ...tokens, still, turned: root.dir === "rtl" || document.body.dir === "rtl", language: root.lang || "en", font: style.fontFamily, width: element.clientWidth };
}

export function option(picture, look, state) {
  const text = { color: look["ink-soft"], fontFamily: look.font, fontSize: 12 };
  const drawn = marks(picture, look, state);
  return {
    animation: !look.still, animationDuration: 400, animationDurationUpdate: 350,
    aria: drawn.aria,
    textStyle: text,
    grid: margins(picture, look),
    xAxis: axis(picture.option.xAxis, "x", picture, look),
    yAxis: axis(picture.option.yAxis, "y", picture, look),
    series: drawn.series,
  };
}

// The marks alone with what is told of them, to be merged: one series, of which ECharts compares the items by their id.
export function marks(picture, look, state) {
  return {
    aria: { enabled: true, label: { enabled: true, description: state.told } }, // ECharts writes it at every change
    series: picture.option.series.map((series) => ({
      id: series.id, type: "custom", clip: false, cursor: "default",
      encode: series.plane ? { x: 0, y: 1 } : series.across ? { x: 0, y: [1] } : { x: series.at.map((_, number) => number + 1), y: 0 },
      data: picture.marks.map((mark, at) => ({ id: mark.key, value: series.plane ? series.at.map((name) => mark[name]) : [at, ...series.at.map((name) => mark[name])] })),
      renderItem: (parameters, api) => {
        const at = parameters.dataIndex, mark = picture.marks[at];
        if (!mark) return null;
        const pen = { api, look, at, area: parameters.coordSys, picture, lit: state.at === at, glow: Boolean(state.glowing[mark.key]) };
        return { type: "group", children: DRAWINGS[series.draws](mark, pen).filter(Boolean) };
      },
    })),
  };
}

// Where a mark is, in pixels of the canvas.
export function place(chart, picture, at) {
  const series = picture.option.series[0], mark = picture.marks[at];
  const where = series.plane ? [mark.predicted, mark.share] : series.across ? [at, mark.share ?? 0] : [0, at];
  return chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, where) || [0, 0];
}

function margins(picture, look) {
  const names = picture.option.yAxis.names;
  const start = names ? Math.round(Math.min(230, Math.max(104, look.width * 0.3))) : 52;
  const end = names && picture.marks.some((mark) => mark.beside) ? 76 : 26;
  const turned = look.turned && picture.option.xAxis.turns;
  return { left: turned ? end : start, right: turned ? start : end, top: 14, bottom: 34 };
}

function axis(given, which, picture, look) {
  const { as, names, turns, ...plain } = given;
  const turned = look.turned && picture.option.xAxis.turns;
  const wide = margins(picture, look)[turned ? "right" : "left"];
  const own = {
    ...plain,
    axisLabel: { color: look["ink-soft"], fontFamily: look.font, fontSize: look.language.startsWith("fa") ? 14 : 12, hideOverlap: true },
    axisLine: { show: which === "x", lineStyle: { color: look.edge } },
    axisTick: { show: false },
    splitLine: { show: !names, lineStyle: { color: look.line } },
  };
  if (turns && look.turned) own.inverse = true;
  if (which === "y" && turned) own.position = "right";
  if (as) own.axisLabel.formatter = written(as, look);
  if (as === "share") own.interval = look.width < 460 && which === "x" ? 0.5 : 0.25;
  if (as === "count") own.minInterval = 1;
  if (names) {
    own.data = picture.marks.map((mark) => mark.name);
    if (which === "y") {
      own.axisLabel = {
        ...own.axisLabel, width: wide - 14, overflow: "truncate", interval: 0, hideOverlap: false, align: turned ? "left" : "right", margin: 10, lineHeight: 17,
        formatter: (name) => { const [first, second] = plainly(name).split("\n").map(capital); return second ? `{name|${first}}\n{under|${second}}` : `{name|${first}}`; },
        rich: { name: { color: look.ink, fontWeight: 600, fontSize: 13, lineHeight: 18 }, under: { color: look["ink-soft"], fontSize: 12, lineHeight: 16 } },
      };
    }
  }
  return own;
}

function written(as, look) {
  const number = new Intl.NumberFormat(look.language, as === "share" ? { style: "percent" } : { maximumFractionDigits: 2 });
  return (value) => number.format(value);
}

const capital = (name) => name.charAt(0).toUpperCase() + name.slice(1); // as vervain.css does with the names in a table
const plainly = (text) => text.replace(/[{}|]/g, " "); // what ECharts would take for a style of a text

const DRAWINGS = {
  // A row: its interval, its best estimate, what is usual, and the worst and the best case.
  interval(mark, pen) {
    const { look, api, at, area } = pen;
    const x = (value) => api.coord([value, at])[0], y = api.coord([0.5, at])[1];
    const colour = { major: look.major, moderate: look.moderate }[mark.tier] || (mark.tier === "early" ? look["ink-soft"] : look.leaf);
    const early = mark.tier === "early", heavy = mark.tier === "plain" || mark.tier === "major";
    const stroke = { stroke: colour, lineWidth: heavy ? 4 : 2.5, lineDash: early ? [5, 4] : null, fill: null };
    const inside = (value) => Math.min(area.x + area.width, Math.max(area.x, x(value)));
    const turned = look.turned && pen.picture.option.xAxis.turns;
    return [
      ground(pen, y, 22),
      ...(pen.picture.option.lines || []).map((value) => line(x(value), y - 23, x(value), y + 23, { stroke: look.ink, lineWidth: 1.5 })),
      mark.worst !== undefined && line(x(mark.worst), y + 13, x(mark.best), y + 13, { stroke: look.edge, lineWidth: 1.5 }),
      ...(mark.worst !== undefined ? [mark.worst, mark.best].map((value) => line(x(value), y + 9.5, x(value), y + 16.5, { stroke: look.edge, lineWidth: 1.5 })) : []),
      line(inside(mark.low), y, inside(mark.high), y, stroke),
      ...[mark.low, mark.high].map((value) => line(inside(value), y - 5, inside(value), y + 5, { ...stroke, lineWidth: 2, lineDash: null })),
      mark.prior !== undefined && diamond(x(mark.prior), y - 11, { stroke: look.violet, fill: look.surface, lineWidth: 1.5 }),
      { type: "circle", shape: { cx: inside(mark.mean), cy: y, r: 6 }, style: { fill: early ? look.surface : colour, stroke: early ? colour : look.surface, lineWidth: early ? 2.5 : 1.5 } },
      mark.serious && text("!", inside(mark.mean), y - 16, { fill: look.block, font: `700 15px ${look.font}`, align: "center" }),
      mark.beside && text(mark.beside, turned ? area.x - 8 : area.x + area.width + 8, y, { fill: look.ink, font: `13px ${look.font}`, align: turned ? "right" : "left" }),
    ];
  },
  bar(mark, pen) {
    const { look, api, at, area } = pen;
    const y = api.coord([0, at])[1], from = api.coord([0, at])[0], to = api.coord([mark.count, at])[0], all = api.coord([mark.of, at])[0];
    const colour = [look.violet, look.violet, look.leaf][at];
    const wide = Math.abs(to - from), turned = look.turned, room = Math.abs(area.width - wide) > 110;
    return [
      ground(pen, y, 28),
      rectangle(from, y - 15, all, y + 15, { fill: look.sunken }),
      rectangle(from, y - 15, to, y + 15, { fill: colour }),
      ...(mark.worst === undefined ? [] : [
        line(api.coord([mark.worst, at])[0], y + 22, api.coord([mark.best, at])[0], y + 22, { stroke: look.edge, lineWidth: 2 }),
        ...[mark.worst, mark.best].map((value) => line(api.coord([value, at])[0], y + 17, api.coord([value, at])[0], y + 27, { stroke: look.edge, lineWidth: 2 })),
      ]),
      text(mark.text, room ? to + (turned ? -8 : 8) : to + (turned ? 8 : -8), y, { fill: room ? look.ink : look.surface, font: `600 13px ${look.font}`, align: room !== turned ? "left" : "right" }),
    ];
  },
  week(mark, pen) {
    const { look, api, at, area, picture } = pen;
    const [x, y] = api.coord([at, mark.share ?? 0]), next = picture.marks[at + 1];
    const step = Math.abs(api.size([1, 0])[0]), bottom = area.y + area.height;
    const most = Math.max(...picture.marks.map((one) => one.answered), 1), high = (40 * mark.answered) / most;
    const up = (value) => api.coord([at, value])[1];
    const known = mark.share !== null, on = known && next && next.share !== null;
    const then = (value) => api.coord([at + 1, value]);
    return [
      pen.lit && rectangle(x - step / 2, area.y, x + step / 2, bottom, { fill: look["violet-soft"] }),
      pen.glow && rectangle(x - step / 2, area.y, x + step / 2, bottom, { fill: look["leaf-soft"] }),
      mark.answered > 0 && rectangle(x - step * 0.3, bottom - high, x + step * 0.3, bottom, { fill: look.line }),
      on && { type: "polygon", shape: { points: [[x, up(mark.low)], [x, up(mark.high)], then(next.high), then(next.low)] }, style: { fill: look.leaf, opacity: 0.18 } },
      known && line(x, up(mark.low), x, up(mark.high), { stroke: look.leaf, lineWidth: on ? 1 : 2.5, opacity: 0.55 }),
      on && line(x, y, ...then(next.share), { stroke: look.leaf, lineWidth: 2, lineDash: next.early ? [4, 4] : null }),
      known && { type: "circle", shape: { cx: x, cy: y, r: step < 14 ? 3 : 4.5 }, style: { fill: mark.early ? look.surface : look.leaf, stroke: look.leaf, lineWidth: 2 } },
      rectangle(x - step / 2, area.y, x + step / 2, bottom, { fill: "transparent" }),
    ];
  },
  bin(mark, pen) {
    const { look, api, at, area, picture } = pen;
    const spot = (share) => api.coord([mark.predicted, share]), [x, y] = spot(mark.share), next = picture.marks[at + 1];
    return [
      at === 0 && line(...api.coord([0, 0]), ...api.coord([1, 1]), { stroke: look["ink-soft"], lineWidth: 1.5, lineDash: [5, 4] }),
      next && line(x, y, ...api.coord([next.predicted, next.share]), { stroke: look.violet, lineWidth: 2 }),
      line(...spot(mark.low), ...spot(mark.high), { stroke: look.violet, lineWidth: 1.5 }),
      ...[mark.low, mark.high].map((share) => line(x - 4, spot(share)[1], x + 4, spot(share)[1], { stroke: look.violet, lineWidth: 1.5 })),
      { type: "circle", shape: { cx: x, cy: y, r: pen.lit ? 7 : 5 }, style: { fill: look.violet, stroke: look.surface, lineWidth: 1.5 } },
      text(mark.text, x, Math.max(area.y + 8, spot(mark.high)[1] - 9), { fill: look["ink-soft"], font: `12px ${look.font}`, align: "center" }),
      rectangle(x - 12, area.y, x + 12, area.y + area.height, { fill: "transparent" }),
    ];
  },
};

function ground({ area, look, lit, glow }, y, half) {
  const fill = glow ? look["leaf-soft"] : lit ? look["violet-soft"] : "transparent"; // transparent, and still to be pointed at
  return { type: "rect", shape: { x: 0, y: y - half, width: look.width, height: 2 * half, r: 6 }, style: { fill, opacity: 0.75 }, z2: -1 };
}
function line(x1, y1, x2, y2, style) {
  return { type: "line", shape: { x1, y1, x2, y2 }, style, silent: true };
}
function rectangle(x1, y1, x2, y2, style) {
  return { type: "rect", shape: { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1), r: 3 }, style };
}
function diamond(x, y, style) {
  return { type: "polygon", shape: { points: [[x, y - 5], [x + 5, y], [x, y + 5], [x - 5, y]] }, style, silent: true };
}
function text(said, x, y, { fill, font, align }) {
  return { type: "text", x, y, style: { text: plainly(said), fill, font, textAlign: align, textVerticalAlign: "middle", align, verticalAlign: "middle" }, silent: true };
}
