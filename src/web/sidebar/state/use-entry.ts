import { ref, shallowRef } from 'vue';
import { ApiError } from '../../shared/api/api-error';
import { rememberCsrfToken, whenSignedOut } from '../../shared/api/client';
import { orgZone } from '../../shared/i18n/clock';
import { locale, useLocale } from '../../shared/i18n/i18n';
import { readSession, signPage } from '../client/sidebar-api';
import type { Session } from '../client/types';
import { BridgeRefusal, customerOfChat, isInWeCom, registerPage } from '../wecom-bridge';
import { forgetProfiles } from './kept-profiles';

/** How far the way in has come. */
export type Stage =
  'starting' | 'signing-in' | 'outside' | 'refused' | 'unreached' | 'unsigned' | 'ready';

const SIGNED_AT = 'guanxi.sidebar.sign-in';
/** Back from the sign-in and still nobody within this time: it does not help to go again. */
const LOOP_MS = 20_000;

/** From an opened page to a rep beside a chat: in WeCom, signed in, known to the client. */
export function useEntry() {
  const stage = ref<Stage>('starting');
  const error = shallowRef<unknown>();
  const session = shallowRef<Session>();
  /** The customer of the chat beside; empty where there is none. */
  const chatWith = ref('');
  const reason = ref('');

  function signIn(): void {
    forgetProfiles();
    const last = Number(sessionStorage.getItem(SIGNED_AT) ?? 0);
    if (Date.now() - last < LOOP_MS) {
      stage.value = 'refused';
      return;
    }
    sessionStorage.setItem(SIGNED_AT, String(Date.now()));
    stage.value = 'signing-in';
    const here = new URLSearchParams(location.search);
    const query = new URLSearchParams();
    for (const name of ['corpId', 'agentId']) {
      const value = here.get(name);
      if (value) query.set(name, value);
    }
    query.set('back', `${location.pathname}${location.search}`);
    location.replace(`/api/v1/sidebar/sign-in?${query}`);
  }

  async function start(): Promise<void> {
    stage.value = 'starting';
    if (!isInWeCom()) {
      stage.value = 'outside';
      return;
    }
    try {
      const found = await readSession();
      rememberCsrfToken(found.csrfToken);
      orgZone.value = found.zone;
      const { language } = found;
      if (language !== null && language !== locale.value) await useLocale(language);
      session.value = found;
      sessionStorage.removeItem(SIGNED_AT);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return;
      error.value = failure;
      stage.value = 'unreached';
      return;
    }
    await meet(session.value);
  }

  async function meet(found: Session): Promise<void> {
    try {
      const { corpId } = found.corp;
      registerPage({ corpId, agentId: found.agentId }, signPage);
      chatWith.value = await customerOfChat();
      stage.value = 'ready';
    } catch (failure) {
      reason.value = failure instanceof BridgeRefusal ? failure.reason : '';
      stage.value = 'unsigned';
    }
  }

  /** By hand: the way in is tried again from its beginning. */
  function again(): void {
    sessionStorage.removeItem(SIGNED_AT);
    if (stage.value === 'refused') signIn();
    else void start();
  }

  whenSignedOut(signIn);
  return { stage, error, session, chatWith, reason, start, again };
}
