import { ref } from 'vue';
import { notifyError } from '../../shared/notices/notices';
import type { Profile } from '../client/types';
import type { Contact } from './use-contact';

/** A change of a customer: the server's word is shown once it is there; a refusal is told. */
export function useAttempt(contact: Contact) {
  const busy = ref(false);
  async function attempt(work: () => Promise<Partial<Profile>>): Promise<boolean> {
    busy.value = true;
    try {
      contact.change(await work());
      return true;
    } catch (failure) {
      notifyError(failure);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, attempt };
}
