"""What stands around moto so that it can be a backend of Standin; nothing in moto's own files is changed."""
