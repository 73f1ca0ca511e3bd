/** Common characters that are taken for one another by the eye or by a handwriting keyboard. */
export const LOOK_ALIKES = [
  '己已巳 未末 人入 土士 日曰 天夭 大太 干千于 午牛 贝见 免兔 拔拨 侯候 换唤 折拆 住往',
  '清请情晴睛 侍待 货贷 券卷 杯坏 买卖 鸟乌 今令 刀力 问间简 师帅 乘乖 密蜜 喝渴 很狠',
  '根跟 付什 件伴 快块 递第 取职 码吗妈 消肖销 验险检 防访 贴帖 冲中 直值置 辩辨 包饱抱',
  '收攻 退腿 地他她 没设 失夫 卡下 申甲由 历厉 票漂飘 样洋 拉垃 壮状 广厂 元无 订钉打',
  '拍柏 般股 名各 找我',
];
