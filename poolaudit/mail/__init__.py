"""Letters and the ways by which they leave: SMTP, sendmail, a POST to a hook.

Knows nothing of servers, rules or history: it is handed texts, and says of each delivery what came of it.
"""
