//! The Cloudflare Worker: all I/O of the server.
