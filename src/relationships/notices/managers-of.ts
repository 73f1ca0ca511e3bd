import { WeChatError, type CallingAgent, type WeComClient } from '../../channels/wecom';

/**
 * Who is above a rep: their direct leaders, else those who lead their departments or one further up, else
 * the ones configured. Nobody is told about themselves.
 */
export async function managersOf(
  wecom: WeComClient,
  agent: CallingAgent,
  userId: string,
  configured: readonly string[],
): Promise<string[]> {
  const others = (ids: readonly string[]) => [...new Set(ids)].filter((id) => !isSame(id, userId));
  try {
    const rep = await wecom.getStaffMember(agent, userId);
    const direct = others(rep.leaderIds);
    if (direct.length > 0) return direct;
    const departments = await wecom.listDepartments(agent);
    const above = (id: number) => departments.find((one) => one.id === id);
    for (const start of rep.departmentIds) {
      const seen = new Set<number>();
      for (let here = above(start); here && !seen.has(here.id); here = above(here.parentId)) {
        seen.add(here.id);
        const leaders = others(here.leaderIds);
        if (leaders.length > 0) return leaders;
      }
    }
  } catch (error) {
    // A rep who left, or an app without the right to look: the configured ones stand in.
    if (!(error instanceof WeChatError) || error.outcome.kind === 'retry') throw error;
  }
  return others(configured);
}

/** WeCom does not tell capitals apart in the ids of staff. */
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
