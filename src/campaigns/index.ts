export { Campaign, CampaignRun, type CampaignStatus, type RunCause } from './campaign.entity';
export type { CampaignParts } from './campaign-kit';
export { campaignOperations } from './campaigns.operations';
export { addCampaign } from './save-campaign';
export { registerCampaigns } from './follow-runs';
export { ProgressStreams } from './progress-stream';
export { cancelCampaign, pauseCampaign, runCampaignNow, startCampaign } from './run-campaign';
export { campaignsUsing } from './uses-of-segment';
