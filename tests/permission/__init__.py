"""Who may what, as one table, run over HTTP, sockets and pages."""
