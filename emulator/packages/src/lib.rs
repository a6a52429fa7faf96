//! Installers of the programs that backends need.
