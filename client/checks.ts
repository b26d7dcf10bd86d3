import type { Madang, Schemas } from './madang.js';

// Never runs. It compiles only if the types match the document: each line that they must refuse is marked. A mark on an
// accepted line is an error too.

export async function checks({ api }: Madang, item: Schemas['PostItem'], entry: Schemas['EntryView']): Promise<void> {
  // The body has its own type, so that a misspelled key is an error; openapi-fetch itself accepts extra keys.
  // @ts-expect-error: no such key
  const body: Schemas['BoardBody'] = { name: '자유게시판', slugg: 'free' };
  await api.POST('/api/v1/boards', { body });
  // @ts-expect-error: a missing key
  await api.POST('/api/v1/boards', { body: { slug: 'free' } });
  // @ts-expect-error: no body at all
  await api.POST('/api/v1/boards', {});
  // @ts-expect-error: an id that is no number
  await api.GET('/api/v1/boards/{id}', { params: { path: { id: '3' } } });
  // @ts-expect-error: a word that the query does not know
  await api.GET('/api/v1/posts', { params: { query: { sort: 'newest' } } });
  // @ts-expect-error: a route that is not there
  await api.GET('/api/v1/bords');
  // @ts-expect-error: a file that is a text
  await api.POST('/api/v1/catalogue/imports', { body: { file: 'catalogue.csv', semester: '2026-autumn' } });
  await api.PATCH('/api/v1/posts/{id}', {
    params: { path: { id: 3 }, header: { 'If-Match': '"v1-x"' } },
    body: { tags: null },
  });

  // @ts-expect-error: an author may be anonymous
  console.log(item.author.id);
  // @ts-expect-error: an entry of one's own has no lecture
  console.log(entry.lecture.id);

  const { data, error } = await api.GET('/api/v1/posts/{id}', { params: { path: { id: 3 } } });
  // @ts-expect-error: there may be no answer
  console.log(data.title);
  // @ts-expect-error: a code that this route does not have
  if (error?.code === 'TIMETABLE_CONFLICT') console.log(error);

  const added = await api.POST('/api/v1/timetables/{id}/entries', { params: { path: { id: 3 } }, body: {} });
  // @ts-expect-error: members of a problem are behind its code
  console.log(added.error?.conflicts);
  if (added.error?.code === 'TIMETABLE_CONFLICT')
    console.log(added.error.conflicts[0]?.title, added.error.status === 409);
}
