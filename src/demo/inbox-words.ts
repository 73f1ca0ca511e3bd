/** Who waits for a person in the demo, and what operators of the brand often say. */
export const demoInbox = {
  waiting: [
    ['上周买的精华到现在还没发货', '人工'],
    ['用了两天脸有点红，还能继续用吗', '转人工'],
  ],
  canned: [
    {
      title: '发货说明',
      shortcut: 'fh',
      body: '{{ person.name | default: "您" }}好，正在帮您查发货进度，查到马上告诉您。',
    },
    {
      title: '泛红处理',
      shortcut: 'fanhong',
      body: '先停用两天，用清水洁面。还红的话发一张照片给我，我请店里的导购看看。',
    },
    { title: '结束语', shortcut: 'jieshu', body: '还有别的可以帮您吗？没有的话祝您今天顺心。' },
  ],
} as const;
