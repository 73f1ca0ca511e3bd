import type { InboundEvent } from '../../channels/inbound-event';
import type { NewLinkEpisode } from './keep-link';
import type { LinkEpisodeKind } from './link-history';

/** What an event says of a rep and a contact. */
export type FriendNews = {
  readonly userId: string;
  readonly episodes: readonly NewLinkEpisode[];
  /** Name, remark and way of adding are not in the event and have to be asked for. */
  readonly asksProfile: boolean;
  /** The customer did it, and not somebody about them. */
  readonly isTheirs: boolean;
  /** What the code or link carries by which they came just now. */
  readonly source?: string;
  readonly welcome?: { readonly code: string; readonly agentId: string; readonly source: string };
};

/** The news in an event of a corp about one of its contacts; nothing for every other event. */
export function friendNews(event: InboundEvent): FriendNews | undefined {
  const happened = (kind: LinkEpisodeKind, source?: string): NewLinkEpisode[] => [
    { kind, at: event.at, source, learnedBy: 'event' },
  ];
  switch (event.kind) {
    case 'contact-added':
      return { ...told(event.userId, happened('added', event.state), true), ...arrival(event) };
    case 'contact-half-added':
      return {
        ...told(event.userId, happened('half-added', event.state), true),
        ...arrival(event),
      };
    case 'contact-deleted-by-rep':
      return told(
        event.userId,
        happened(event.byTransfer ? 'transferred' : 'deleted-by-rep'),
        false,
      );
    case 'contact-deleted-by-customer':
      return {
        ...told(event.userId, happened('deleted-by-customer'), false),
        isTheirs: true,
      };
    case 'contact-edited':
      return told(event.userId, [], true);
    default:
      return undefined;
  }
}

const told = (
  userId: string,
  episodes: readonly NewLinkEpisode[],
  asksProfile: boolean,
): FriendNews => ({ userId, episodes, asksProfile, isTheirs: false });

type Arriving = { welcomeCode?: string; agentId: string; state?: string };

/** Only the app that heard the code may use it. */
function arrival({ welcomeCode: code, agentId, state }: Arriving) {
  return {
    isTheirs: true,
    ...(state === undefined ? {} : { source: state }),
    ...(code === undefined ? {} : { welcome: { code, agentId, source: state ?? '' } }),
  };
}
