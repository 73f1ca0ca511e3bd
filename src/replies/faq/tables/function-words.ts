/**
 * Generic Chinese function words, written by hand. Kept short on purpose: every entry must hold in
 * any shop, whatever it sells.
 */

/** Said before the question. A blank at the end: only when punctuation follows (亲子装 stays). */
export const OPENERS = [
  '你好呀',
  '你好啊',
  '您好',
  '你好',
  '哈喽',
  '哈啰',
  '嗨 ',
  'hello',
  'hi',
  '在吗',
  '在么',
  '在不在',
  '有人吗',
  '早上好',
  '上午好',
  '中午好',
  '下午好',
  '晚上好',
  '亲 ',
  '亲亲 ',
  '客服 ',
  '老板 ',
  '麻烦问一下',
  '麻烦问下',
  '麻烦',
  '打扰一下',
  '打扰了',
  '想请问一下',
  '想请问',
  '请问一下',
  '请问下',
  '请问',
  '问一下',
  '问下',
  '我想问一下',
  '我想问下',
  '我想问',
  '想问一下',
  '想问下',
  '想问',
  '我想咨询一下',
  '我想咨询',
  '咨询一下',
  '咨询下',
  '那个',
];

/** Said after the question. Like openers, cut only while at least two characters stay. */
export const CLOSERS = [
  '谢谢你',
  '谢谢您',
  '谢谢啦',
  '谢谢了',
  '谢谢',
  '多谢',
  '感谢',
  '谢啦',
  '麻烦了',
  '拜托了',
  'thanks',
  'thank you',
];

/** Spellings of one function word; the first is the one kept. */
export const SAME_WORDS = [
  ['为什么', '为啥', '为何', '为什莫', '为嘛'],
  ['怎么', '怎样', '如何', '咋', '怎麽', '怎莫', '怎摸'],
  ['何时', '什么时候', '啥时候', '什么时间', '多久'],
  ['可以', '能不能', '可不可以', '可否', '能否'],
  ['无法', '没法', '不了', '没办法'],
  ['哪里', '哪儿', '什么地方', '啥地方'],
  ['没', '没有'],
  ['有', '有没有'],
  ['什么', '啥', '什莫'],
] as const;

/** Says "not". */
export const NEGATIONS = ['不', '没', '未', '无', '失败'];

/** Contains a negation and denies nothing; A-not-A questions are recognised by their shape. */
export const NOT_NEGATIONS = ['不好意思', '不知道'];

/** Characters that say nothing about the subject: no pairs across the sentence are made of them. */
export const FUNCTION_CHARACTERS =
  '的了吗呢啊吧呀哦嗯么是有在和与就也都还又很太我你您他她它们这那个什怎为何可以能会要想请问到';

/** As normalised: says how something is asked about ("how much is …", "at what time …"), not what. The longer first. */
export const FRAMES = [
  '多少钱',
  '几块钱',
  '什么价格',
  '什么价',
  '多少',
  '收费',
  '要钱',
  '几点',
  '何时',
  '哪里',
  '需要',
  '怎么样',
  '是不是',
  '一下',
  '一个',
];
