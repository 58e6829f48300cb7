/** What the case worker's pages say, Chinese first, English beside it. */
export const careWords = {
  "care.title": ["服务跟踪", "Follow-up"],
  "care.due": ["要做的事", "What is due"],
  "care.due.answer": ["企业超时未答复", "Overdue answers"],
  "care.due.week": ["到岗一周回访", "After a week"],
  "care.due.month": ["到岗一个月回访", "After a month"],
  "care.none": ["这一栏现在没有要跟进的。", "Nothing waits here now."],
  "care.back": ["← 服务跟踪", "← Follow-up"],
  "care.began": ["{day} 到岗", "began {day}"],
  "care.person": ["求职者", "Candidate"],
  "care.sealed": [
    "企业还在承诺的答复时间内，求职者的联系方式暂不显示。",
    "The company still has time to answer; until then the candidate's details are not shown.",
  ],
  "care.gone": ["求职者已撤回，联系方式不再显示。", "The candidate has taken the résumé back; the details are not shown any more."],
  "care.check.title.7": ["回访：到岗一周", "Ask after a week at work"],
  "care.check.title.30": ["回访：到岗一个月", "Ask after a month at work"],
  "care.check.send": ["记下回访", "Note the answers"],
  "care.checked": ["回访已记下。", "The answers are noted."],
  "care.follow.title": ["记录跟进", "Note what was done"],
  "care.follow.send": ["记下跟进", "Note it"],
  "care.followed": ["跟进已记下。", "Noted."],
  "help.care": [
    "企业在承诺的时间内没有答复的、到岗一周和一个月该回访的，都在这里。\n打开一条可以看到电话；跟进和回访记下后，回访的那条会从这一栏去掉。",
    "What companies have not answered in time, and who is to be asked after a week and a month at work.\nOpen one to see the phone number. Once the answers are noted, it leaves the list.",
  ],
};
