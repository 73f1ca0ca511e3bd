/** What reps of the demo do besides making friends: their rooms, what they send, whom they hand over. */
export const demoCorpLife = {
  greeting: {
    name: '护肤交流群 欢迎语',
    text: '欢迎 %NICKNAME% 来到护肤交流群！想问什么直接说，每周三有会员专场。',
  },
  rooms: [
    { key: 'talk', name: '静安店 护肤交流群 1', owner: 'zhouning', made: 38 },
    { key: 'members', name: '山茶花 会员福利群', owner: 'linlan', made: 38 },
  ],
  code: {
    name: '静安店 收银台 进群码',
    state: 'room_jingan',
    room: 'talk',
    baseName: '静安店 护肤交流群',
    baseNumber: 2,
    made: 37,
  },
  /** Who came when and how: by the code, or invited by the room's owner. */
  joins: [
    { name: '白露', room: 'talk', at: 35, byCode: true },
    { name: '何念', room: 'talk', at: 35, byCode: true, left: 2 },
    { name: '孟夏', room: 'talk', at: 35, byCode: true },
    { name: '江月', room: 'talk', at: 35, byCode: true, left: 21 },
    { name: '程以安', room: 'members', at: 35, byCode: false },
    { name: '温言', room: 'members', at: 35, byCode: false },
    { name: '白露', room: 'members', at: 35, byCode: false },
    { name: '秦桑', room: 'talk', at: 21, byCode: true },
    { name: '阮棠', room: 'members', at: 21, byCode: false },
    { name: '沐晴', room: 'talk', at: 4, byCode: true },
    { name: '叶知秋', room: 'talk', at: 4, byCode: true },
    { name: '方糖', room: 'talk', at: 0.3, byCode: true },
  ],
  /** In the room without being anybody's friend. */
  strangers: ['小满', '阿茶', '南风'],
  saidYesterday: [
    { room: 'talk', name: '白露', text: '换季脸有点干，大家都用什么？' },
    { room: 'talk', name: 'zhouning', text: '可以先试舒缓面霜，敏感肌也能用，店里有小样。' },
    { room: 'talk', name: '沐晴', text: '小样还有吗，周末去拿' },
    { room: 'talk', name: 'zhouning', text: '有的，报名字就可以领。' },
    { room: 'members', name: 'xunuo', text: '会员日买面霜送护手霜，到店就有。' },
    { room: 'members', name: '程以安', text: '收到，周三过去' },
  ],
  /** Messages through reps: who confirmed them in WeCom. */
  outreach: [
    {
      name: '秋冬护手霜 到店领小样',
      text: '天冷手容易干，新到的护手霜可以来店里试，报名字领一份小样。',
      ordered: 15,
      confirmedBy: ['linlan', 'zhouning', 'xunuo'],
    },
    {
      name: '会员日提醒',
      text: '这周三是会员日，早上九点提前开门，想试的产品先跟我说一声，我给您留。',
      ordered: 2,
      confirmedBy: ['linlan', 'zhouning'],
    },
  ],
  /** What reps were asked to publish in their moments: who did, and who of their customers said something to it. */
  moments: [
    {
      name: '初冬护手 朋友圈',
      text: '早晚温差大，手最先知道。护手霜涂在虎口和指缝，出门前薄薄一层就够。到店可以试新香型。',
      ordered: 3,
      confirmedBy: ['zhouning', 'xunuo'],
      liked: [
        { name: '白露', rep: 'zhouning' },
        { name: '沐晴', rep: 'zhouning' },
        { name: '温言', rep: 'xunuo' },
      ],
      commented: [{ name: '白露', rep: 'zhouning' }],
    },
  ],
  handovers: [
    {
      ...{ from: 'linlan', to: 'xunuo', names: ['江月', '程以安'], withRooms: true },
      message: '您好，之后由许诺照顾您，她对护肤也很在行。',
      ordered: 10,
      refuses: '程以安',
    },
    {
      ...{ from: 'xunuo', to: 'zhouning', names: ['秦桑'], withRooms: false },
      message: '您好，您常来静安店，之后由周宁照顾您。',
      ordered: 0.2,
    },
  ] as readonly DemoHandover[],
} as const;

type DemoHandover = {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
  readonly withRooms: boolean;
  readonly message: string;
  readonly ordered: number;
  readonly refuses?: string;
};
