/** Scripts of the brand; `name` is the customer's, and may be missing. */
export const demoScripts: readonly { title: string; folder: string; text: string }[] = [
  {
    title: '打招呼',
    folder: '开场',
    text: '{% if name %}{{ name }}，{% endif %}你好，我是{{ shop }}的{{ rep }}。肤质、用量、搭配都可以问我。',
  },
  {
    title: '好久不见',
    folder: '开场',
    text: '{% if name %}{{ name }}，{% endif %}好久不见，欢迎回来。上次用的还顺手吗？有什么想问的直接说。',
  },
  {
    title: '敏感肌能用吗',
    folder: '敏感肌',
    text: '可以用。舒缓精华没有酒精和香精，泛红期间一天一次，先在耳后试一晚再上脸。',
  },
  {
    title: '先寄小样',
    folder: '敏感肌',
    text: '我给你寄两片试用装，到了先试三天，不合适告诉我就好。方便发一下地址吗？',
  },
  {
    title: '三步怎么用',
    folder: '用法',
    text: '洁面后先精华，再面霜，白天最后加防晒。精华两泵就够，按压到吸收。',
  },
  {
    title: '几天到货',
    folder: '发货',
    text: '下午四点前付款当天发，江浙沪一到两天，其他地方三天左右。发出后我把单号给你。',
  },
  {
    title: '积分怎么用',
    folder: '会员',
    text: '一百积分抵一块钱，结账时自动抵扣，年底前有效。你有多少积分我可以帮你查。',
  },
  {
    title: '不满意能退吗',
    folder: '售后',
    text: '七天内没拆封可以退；用了过敏的，拍张照片给我，我来替你办，运费我们出。',
  },
];

export const demoMaterials: readonly { title: string; description: string; body: string }[] = [
  {
    title: '换季泛红，三步稳住',
    description: '敏感肌换季护理：先减法，再修护',
    body: `# 第一步：做减法
把去角质和美白产品先停一周。洁面用温水，一天两次就够。
# 第二步：修护
舒缓精华两泵，按压到吸收，再薄涂一层面霜锁住。
# 第三步：防晒
泛红时优先选物理防晒，室内也别省。
如果一周还没有好转，先停用并问问医生。`,
  },
  {
    title: '舒缓精华怎么用',
    description: '用量、顺序和常见的三个问题',
    body: `# 用量
早晚各两泵，一瓶 30 毫升大约用六周。
# 顺序
洁面之后，面霜之前。和维 C 一起用时错开早晚。
# 常见问题
刚开始有轻微紧绷是正常的；刺痛超过五分钟请洗掉。`,
  },
  {
    title: '会员积分和生日礼',
    description: '一百积分抵一元，生日当月有礼',
    body: `# 怎么攒
每消费一元得一分，写评价再得二十分。
# 怎么用
结账时自动抵扣，一百分抵一元，年底前有效。
# 生日礼
在公众号里填好生日，当月到店领一份小样。`,
  },
];
