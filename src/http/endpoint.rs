//! What the API answers at: one list, from which both the routes and the document are made, so that neither can hold what
//! the other does not.

/// A path with its method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Submit,
    List,
    Item,
    Withdraw,
    Issue,
    Approve,
    Reject,
    Decisions,
    Up,
    Ready,
    Document,
    Page,
}

impl Endpoint {
    /// All of them, in the order in which they are read about.
    pub(super) const ALL: [Self; 12] = [
        Self::Submit,
        Self::List,
        Self::Item,
        Self::Withdraw,
        Self::Issue,
        Self::Approve,
        Self::Reject,
        Self::Decisions,
        Self::Up,
        Self::Ready,
        Self::Document,
        Self::Page,
    ];

    /// Its path, as axum and OpenAPI write it.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Submit | Self::List => "/api/admin/pending",
            Self::Item => "/api/admin/pending/{id}",
            Self::Withdraw => "/api/admin/pending/bulk.withdraw",
            Self::Issue => "/api/admin/pending/bulk.issue",
            Self::Approve => "/api/admin/pending/bulk.approve",
            Self::Reject => "/api/admin/pending/bulk.reject",
            Self::Decisions => "/api/admin/decisions",
            Self::Up => "/healthz",
            Self::Ready => "/readyz",
            Self::Document => "/openapi.json",
            Self::Page => "/docs",
        }
    }

    /// Whether it changes something, and so is a POST under a key; all others are GETs.
    pub(super) const fn changes(self) -> bool {
        matches!(self, Self::Submit | Self::Withdraw | Self::Issue | Self::Approve | Self::Reject)
    }

    /// Whether it is there only where `API_TOKENS` names a client, and asks for a token.
    pub(super) const fn needs_token(self) -> bool {
        self.changes() || matches!(self, Self::List | Self::Item | Self::Decisions)
    }
}
