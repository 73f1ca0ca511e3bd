/** The demo brand's own words: a skincare brand with two shops. Everything a demo invents stands here. */
export const demoNames = {
  brand: '山茶花',
  merchant: '山茶花商户',
  operators: ['林岚', '周宁'] as const,
  tags: ['会员', '敏感肌', '新客', '想到店', '老客'] as const,
  field: { key: 'points', name: '积分' },
  birthday: { key: 'birthday', name: '生日' },
  template: {
    title: '会员积分到期提醒',
    content:
      '会员姓名：{{name1.DATA}}\n到期积分：{{number2.DATA}}\n到期时间：{{date3.DATA}}\n温馨提示：{{thing4.DATA}}',
    example: '会员姓名：小雨\n到期积分：320\n到期时间：2026年12月31日\n温馨提示：到店可换护手霜',
  },
  arrival: {
    title: '预约到店提醒',
    content: '预约门店：{{thing1.DATA}}\n预约时间：{{time2.DATA}}\n服务项目：{{thing3.DATA}}',
    example: '预约门店：静安店\n预约时间：2026年11月21日 15:00\n服务项目：肌肤检测',
  },
  scenes: [
    { scene: 'shop_jingan', name: '静安店 海报', weight: 34 },
    { scene: 'shop_xuhui', name: '徐汇店 海报', weight: 22 },
    { scene: 'parcel_card', name: '包裹卡', weight: 18 },
    { scene: 'xhs_note', name: '小红书引流码', weight: 15 },
    { scene: 'invite', name: '老客邀请', weight: 11 },
  ],
  segments: { members: '静安店会员', silent: '三十天没来的老客' },
  surnames: '陈周林黄徐沈苏许何宋唐韩曹袁邓蒋叶程魏吕',
  given: [
    '小雨', '子衿', '默', '阿远', '一诺', '思琪', '晓棠', '若溪', '知夏', '清扬',
    '书瑶', '以沫', '嘉禾', '南乔', '青禾', '念安', '语桐', '星野', '长安', '予安',
  ],
  questions: [
    '几点开门', '敏感肌能用吗', '有试用装吗', '怎么退货', '积分怎么查', '在哪里', '发货了吗', '会员有什么福利',
    '谢谢', '护手霜还有吗', '可以开发票吗', '周末上班吗', '能预约肌肤检测吗',
  ],
  notes: ['喜欢无香型', '对酒精过敏，推荐舒缓系列', '每月来一次静安店', '送过小样，反馈不错'],
  /** Bottom menu of the phone. */
  menu: [
    { name: '新品', key: 'MENU_NEW' },
    { name: '会员中心', key: 'MENU_MEMBER' },
    { name: '联系我们', key: 'MENU_CONTACT' },
  ],
} as const;
