import { identifier } from "../shared/api.js";
import { frame } from "../shared/frame.js";
import { learn } from "../shared/text.js";
import { openAllSeries } from "./list.js";
import { openSeries } from "./one.js";
import { seriesWords } from "./words.js";

learn(seriesWords);

/** The list of series, or one with its sessions, as the address says. */
function begin() {
  const series = identifier("series");
  return series === undefined ? openAllSeries() : openSeries(series);
}

frame("series", begin);
