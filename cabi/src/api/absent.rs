//! The exports of bcrypt.dll that this library does not implement, so that any program links.
//!
//! Each looks at nothing it is given and answers STATUS_NOT_IMPLEMENTED. The lines below are data: the header's
//! generator reads the prototypes from here too, one declaration a statement.

use crate::types::*;

// Exported by bcrypt.dll, but no prototype has been published. One pointer is a guess that no caller can notice: the
// argument is not looked at, and the calling conventions of this library's platforms let the caller clean up.
absent! {
    /// Installs an auditing interface.
    fn BCryptSetAuditingInterface(pInterface: PVOID);
}
