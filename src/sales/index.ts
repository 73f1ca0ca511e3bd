export { knownFriends, type KnownFriend, type RepKey } from './friend-facts';
export { findMaterials, materialOf, type ShownMaterial } from './find-materials';
export { putOff, setStage } from './link-notes';
export { materialKinds, SalesMaterial, type MaterialKind } from './material.entity';
export { listSends } from './list-sends';
export { fileOf, isTracked, materialUses } from './material-media';
export {
  addMaterial,
  messageOfFile,
  messageOfMaterial,
  type ChatMessage,
  type NewMaterial,
} from './materials';
export { openPageOperations } from './open-page.operations';
export { questionsOf, type Question } from './questions';
export { reasonsFor, type Reason } from './rank-friends';
export { renderScript, type ScriptVariables } from './render-script';
export { repWorkOperation } from './rep-work.operations';
export { salesOperations } from './sales.operations';
export { SalesScript } from './script.entity';
export {
  addScript,
  changeScript,
  dropScript,
  findScripts,
  scriptOf,
  suggestScript,
} from './scripts';
export { MaterialOpen, SalesSend } from './send.entity';
export {
  confirmSend,
  newToken,
  readySend,
  sentLately,
  takeBackSend,
  type NewSend,
  type Sender,
} from './sends';
export { SalesLink, SalesTask, stages, type Stage } from './task.entity';
export { addTask, changeTask, listTasks, taskOf, type ShownTask } from './tasks';
export { registerTellingReps } from './tell-rep';
