import { show } from '../../document/show.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** Where the API is: https, or http on this machine. Without a slash at the end. */
export const apiUrl: Kind<string> = textual((text) => {
  // Not shown: before the @ there may be a password.
  if (/^[^/]*\/*[^/]*@/.test(text)) return bad('holds a user name or a password: write the address without them');
  const url = URL.parse(text);
  if (!url || !/^https?:\/\//i.test(text)) {
    return bad(`${show(text)} is not an address: write one such as https://api.upvest.co`);
  }
  // Not shown either: queries are where tokens are put.
  if (url.search || url.hash) return bad('has a query or a fragment: write the address without them');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return bad(`${show(text)} would send tokens unencrypted: write https:// (http:// is for localhost only)`);
  }
  return good(`${url.origin}${url.pathname.replace(/\/+$/, '')}`);
});

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}
