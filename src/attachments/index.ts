export {
  AttachmentBodies,
  AttachmentBody,
  CopyView,
  linkShape,
  mediaReference,
  MomentAttachmentBody,
  specsIn,
  type AnyAttachment,
  type AttachmentSpec,
} from './attachment.schema';
export { openAttachments, type Attachments, type AttachmentUse } from './open-attachments';
export { WeComCopy, type Purpose } from './wecom-copy.entity';
