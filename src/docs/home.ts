/** The page at `/`, with a link to the reference. It needs no script, which CSP would have to allow. */
export const HOME = `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>마당 Madang</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark }
  body { font: 1rem/1.7 system-ui, sans-serif; max-width: 40rem; margin: 12vh auto; padding: 0 1.25rem }
  h1 { font-size: 2.25rem; margin: 0 }
  nav { display: grid; gap: .75rem; margin-top: 2rem }
  nav a { padding: .75rem 1rem; border: 1px solid; border-radius: .5rem; color: inherit; text-decoration: none }
  nav a:hover, nav a:focus { background: #2563eb; border-color: #2563eb; color: #fff }
  code { font-size: .9em }
</style>
</head>
<body>
<main>
<h1>마당 Madang</h1>
<p>캠퍼스를 위한 열린 API 서버입니다.<br><span lang="en">The open API server for a campus.</span></p>
<nav>
<a href="/docs">API 문서 · <span lang="en">API reference, with which you can try every call</span></a>
<a href="/openapi.json"><code>openapi.json</code> · <span lang="en">the same for tools (OpenAPI 3.1)</span></a>
<a href="/health/ready"><code>/health/ready</code> · <span lang="en">whether this server works</span></a>
</nav>
</main>
</body>
</html>
`;
