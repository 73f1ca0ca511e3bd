export { Campaign, CampaignRun, type CampaignStatus, type RunCause } from './campaign.entity';
