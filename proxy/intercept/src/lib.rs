//! Interceptors around a forwarded request.
