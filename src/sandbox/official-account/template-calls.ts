import { text } from '../wire/body';
import { json, ok, type Endpoints } from './endpoint';
import { refuse } from './refusal';

/** The template library of one account. */
export const templateCalls: Endpoints = {
  '/cgi-bin/template/get_all_private_template': {
    where: 'templates',
    method: 'both',
    run: (world, call) =>
      json({
        template_list: world.templates.list(call.account.appId).map((template) => ({
          template_id: template.templateId,
          title: template.title,
          primary_industry: '',
          deputy_industry: '',
          // As WeChat lists them: one field a line, ending with a line feed.
          content: `${template.content}\n`,
          example: template.example,
        })),
      }),
  },
  '/cgi-bin/template/del_private_template': {
    where: 'templates',
    method: 'POST',
    run: (world, call) => {
      const template =
        world.templates.find(call.account.appId, text(call.body, 'template_id')) ?? refuse(40037);
      world.templates.remove(template);
      return ok();
    },
  },
};
