"""A stand-in for Polri's SKCK register: SOAP 1.1 with a WSDL. No such interface is published: all of it is invented."""
