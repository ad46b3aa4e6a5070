//! An asset's life: where it stands in service, apart from whether it is locked.

use crate::codes;

codes!(
    /// Where an asset is in its life; the safety lock is a separate thing.
    Lifecycle, "lifecycle", {
    InService = "in_service", "In service";
    InStore = "in_store", "In store";
    InRepair = "in_repair", "In repair";
    Disposed = "disposed", "Disposed";
    Lost = "lost", "Lost";
    Merged = "merged", "Merged into another";
});

codes!(
    /// What people are shown: the lock wherever one stands, else the lifecycle.
    Status, "status", {
    Quarantined = "quarantined", "Quarantined";
    InService = "in_service", "In service";
    InStore = "in_store", "In store";
    InRepair = "in_repair", "In repair";
    Disposed = "disposed", "Disposed";
    Lost = "lost", "Lost";
    Merged = "merged", "Merged into another";
});

impl Status {
    /// The status of an asset with this lifecycle and lock.
    pub fn of(lifecycle: Lifecycle, locked: bool) -> Self {
        match lifecycle {
            _ if locked => Self::Quarantined,
            Lifecycle::InService => Self::InService,
            Lifecycle::InStore => Self::InStore,
            Lifecycle::InRepair => Self::InRepair,
            Lifecycle::Disposed => Self::Disposed,
            Lifecycle::Lost => Self::Lost,
            Lifecycle::Merged => Self::Merged,
        }
    }
}

impl Lifecycle {
    /// Whether people choose it; that a thing was merged into another follows from the link alone.
    pub fn is_chosen(self) -> bool {
        self != Self::Merged
    }

    /// Things in use or ready for it fall due; things gone or in repair do not.
    pub fn falls_due(self) -> bool {
        matches!(self, Self::InService | Self::InStore)
    }
}
