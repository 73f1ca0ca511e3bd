export { CorpTagPush, CorpTagRow, LinkCorpTag } from './corp-tag.entity';
export { corpTagOperations } from './corp-tags.operations';
export { followFanTags, readFanTags } from './follow-fan-tags';
export { followLinkTags, type TagsRead } from './follow-link-tags';
export { queueTagPush, registerTagPush } from './push-tags';
export { corpTagNews, readCorpTags, registerCorpTags } from './sync-corp-tags';
