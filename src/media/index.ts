export { MediaCopy, MediaItem, MediaPiece } from './media-item.entity';
export { MediaLibrary, type Shelf, type ShelvedItem } from './media-library';
export { itemIdOf, itemIdsIn, referenceTo } from './media-reference';
export { mediaOperations, type MediaParts } from './media.operations';
export type { MediaUse, UsesOf } from './media.schema';
export { endingOf, recogniseFile } from './recognise-file';
export { takeUpload } from './take-upload';
export { noLibrary } from './no-library';
export { planMediaRenewal, registerMedia } from './upload-copy';
