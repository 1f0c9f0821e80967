"""The synthetic internet: answers every host itself, behind the proxy. Nothing is ever sent on."""
