/** What the page of policies says, Chinese first, English beside it. */
export const policyWords = {
  "policies.none": ["还没有政策。发布后，主播可以在直播间展示政策卡。", "No policies yet. Once published, hosts can show them as cards."],
  "policies.publish": ["发布政策", "Publish a policy"],
  "policies.published": ["已发布。", "Published."],
  "policies.title": ["政策名称", "Title"],
  "policies.topic": ["主题", "Topic"],
  "policies.region": ["适用地区代码", "Region code"],
  "policies.region.hint": ["六位行政区划代码，例如 450000", "Six digits, as 450000"],
  "policies.summary": ["要点", "Summary"],
  "policies.summary.hint": ["观众在政策卡上看到的就是这段话", "This is what viewers read on the card"],
  "policies.link": ["原文链接", "Link to the text"],
  "policies.validThrough": ["有效至", "Valid until"],
  "policies.until": ["有效至 {date}", "until {date}"],
  "policies.source": ["查看原文", "Read the text"],
  "help.policies": ["发布后的政策可以在直播间作为政策卡展示；过期的不再列出。", "Published policies can be shown as cards while live; those past their end are listed no more."],
};
