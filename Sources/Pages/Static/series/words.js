/** What the page of series says, Chinese first, English beside it. */
export const seriesWords = {
  "series.none": ["还没有系列活动。", "No series yet."],
  "series.back": ["← 系列列表", "← All series"],
  "series.open": ["开设系列", "Open a series"],
  "series.title": ["系列名称", "Title"],
  "series.organisers": ["主办单位", "Organisers"],
  "series.organisers.hint": ["一行一个", "One a line"],
  "series.brand": ["品牌", "Brand"],
  "series.plan": ["在本系列预约场次", "Schedule a session in it"],
  "series.sessions.none": ["这个系列还没有场次。", "This series has no sessions yet."],
  "series.status.open": ["进行中", "Open"],
  "series.status.closed": ["已结束", "Closed"],
  "help.series": ["一个系列把多场直播归在一起，合计它们的数据。", "A series gathers sessions and what they come to together."],
};
