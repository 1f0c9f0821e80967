"""Makes evidence: the sealed network, the gateway, the subjects, the person at the keyboard."""
