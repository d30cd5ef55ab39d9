"""A stand-in for SATUSEHAT (Kemenkes): OAuth2 client credentials and FHIR R4. See README.md."""
