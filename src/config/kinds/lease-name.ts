import { show } from '../../document/show.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** `namespace/name`, as Kubernetes allows them: a label, and a subdomain of DNS. */
export const leaseName: Kind<string> = textual((text) => {
  const [namespace = '', name = '', ...more] = text.split('/');
  if (namespace === '' || name === '' || more.length > 0)
    return bad(`${show(text)} is no lease: write namespace/name, such as payments/webhook-reconciler`);
  if (namespace.length > 63 || !LABEL.test(namespace))
    return bad(`${show(namespace)} is no namespace: ${RULE}, 63 characters at most`);
  if (name.length > 253 || !name.split('.').every((part) => LABEL.test(part)))
    return bad(`${show(name)} is no name of a lease: ${RULE} in each part between dots, 253 characters at most`);
  return good(text);
});

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const RULE = 'lower-case letters, digits and -, beginning and ending with a letter or a digit';
