//! The vocabulary of providers: context, errors, clock, ids, ARNs, and the ports to other services.
