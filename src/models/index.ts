export { ModelCall, ModelDay, ModelSetting, ModelVector } from './model.entity';
export { modelHelper } from './explain-model';
export { planForgetting, registerForgetting } from './forget-calls';
export { modelOperations } from './models.operations';
export { Models, openModels } from './open-models';
export { Speech } from './speech';
