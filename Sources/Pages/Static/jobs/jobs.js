import { identifier } from "../shared/api.js";
import { frame } from "../shared/frame.js";
import { jobWords } from "../shared/jobwords.js";
import { learn } from "../shared/text.js";
import { openJobs } from "./list.js";
import { openJob } from "./job.js";
import { openPosting } from "./posting.js";
import { jobsWords } from "./words.js";

learn(jobWords);
learn(jobsWords);

/** The list of jobs, one job, or the form for a new one, as the address says. */
function begin(identity) {
  const job = identifier("job");
  if (job !== undefined) return openJob(job, identity);
  if (new URLSearchParams(location.search).has("new")) return openPosting(identity);
  return openJobs(identity);
}

frame("jobs", begin);
