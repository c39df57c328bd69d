// The service worker keeps static files and a page for times without network; nothing needs it.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js").catch(() => {});
