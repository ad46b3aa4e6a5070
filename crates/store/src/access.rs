//! Permission as a value: an action asks for the right to do it, and only a session or token gives one.

use std::marker::PhantomData;

use domain::event::Via;
use domain::permission::{Action, Role};

use crate::error::{Error, Result};

/// Whose records somebody may see. Every query of customer-owned records takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(Option<Vec<i64>>);

impl Scope {
    /// The customers to keep to; none where all may be seen.
    pub fn customers(&self) -> Option<&[i64]> {
        self.0.as_deref()
    }

    /// Whether this customer's records are within the scope.
    pub fn holds(&self, customer_id: i64) -> bool {
        self.0.as_ref().is_none_or(|ids| ids.contains(&customer_id))
    }

    /// The same scope kept to one customer; nothing where that one is outside it.
    pub fn within(&self, customer_id: i64) -> Self {
        Self(Some(if self.holds(customer_id) { vec![customer_id] } else { vec![] }))
    }
}

/// Which sites' records somebody may see in the customers' rooms: made only from an [`Actor`], asked for by every
/// query there. For the firm's own people it is as wide as their [`Scope`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteScope {
    customers: Scope,
    sites: Option<Vec<i64>>,
}

impl SiteScope {
    /// The customers to keep to.
    pub(crate) fn customers(&self) -> &Scope {
        &self.customers
    }

    /// The sites to keep to; none where all of the customers' may be seen.
    pub fn sites(&self) -> Option<&[i64]> {
        self.sites.as_deref()
    }

    /// Whether the records of this customer's site are within it.
    pub fn holds(&self, customer_id: i64, site_id: i64) -> bool {
        self.customers.holds(customer_id) && self.sites.as_ref().is_none_or(|ids| ids.contains(&site_id))
    }
}

/// Keeps a boxed query to a site scope by its columns of customer and site.
#[macro_export]
macro_rules! in_sites {
    ($query:expr, $scope:expr, $customer:expr, $site:expr) => {{
        let query = $crate::in_scope!($query, $scope.customers(), $customer);
        match $scope.sites() {
            None => query,
            Some(ids) => query.filter($site.eq_any(ids.to_vec())),
        }
    }};
}

/// Who is asking, through which door, with which role and scope.
#[derive(Debug, Clone)]
pub struct Actor {
    person_id: Option<i64>,
    name: String,
    role: Role,
    scope: Scope,
    sites: SiteScope,
    via: Via,
    read_only: bool,
}

impl Actor {
    /// Made by the session and token look-ups of this crate alone. `sites` keeps a customer's person to some sites.
    pub(crate) fn new(
        person_id: i64,
        name: String,
        role: Role,
        (customers, sites): (Option<Vec<i64>>, Option<Vec<i64>>),
        via: Via,
    ) -> Self {
        // A page of the firm that forgot to ask for a right would still find nothing for a customer's person.
        let scope = Scope(if role == Role::Customer { Some(vec![]) } else { customers.clone() });
        let sites = SiteScope { customers: Scope(customers), sites };
        Self { person_id: Some(person_id), name, role, scope, sites, via, read_only: false }
    }

    pub(crate) fn keep_to(mut self, customer_id: Option<i64>, read_only: bool) -> Self {
        if let Some(id) = customer_id {
            self.scope = self.scope.within(id);
            self.sites.customers = self.sites.customers.within(id);
        }
        self.read_only = read_only;
        self
    }

    /// Whoever runs the program on the machine itself: the command line and scheduled jobs.
    /// They can read the database file, so refusing them anything would only pretend.
    pub fn operator(via: Via) -> Self {
        let name = "operator".to_owned();
        let (scope, role) = (Scope(None), Role::Administrator);
        let sites = SiteScope { customers: scope.clone(), sites: None };
        Self { person_id: None, name, role, scope, sites, via, read_only: false }
    }

    /// Somebody without an account who holds a thing of this customer, where the customer lets them report faults.
    pub fn stranger(customer_id: i64) -> Self {
        let (name, scope) = ("somebody without an account".to_owned(), Scope(Some(vec![customer_id])));
        let sites = SiteScope { customers: scope.clone(), sites: None };
        Self { person_id: None, name, role: Role::Viewer, scope, sites, via: Via::Page, read_only: false }
    }

    /// The same person through another door, such as an import from a page.
    pub fn through(mut self, via: Via) -> Self {
        self.via = via;
        self
    }

    /// The same person with the records of a customer in sight one of whose sites they see: for what the firm's own
    /// actions make of their word, once what it is about was found at that site. Their rights stay as they are.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a site that is not theirs.
    pub fn at_site(&self, customer_id: i64, site_id: i64) -> Result<Self> {
        match self.sites.holds(customer_id, site_id) {
            true => Ok(Self { scope: Scope(Some(vec![customer_id])), ..self.clone() }),
            false => Err(Error::NotFound("site")),
        }
    }

    /// The person, unless it is the operator.
    pub fn person_id(&self) -> Option<i64> {
        self.person_id
    }

    /// The person's name, for greeting them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The person's role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The person's scope.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The door.
    pub fn via(&self) -> Via {
        self.via
    }

    /// Whether the role allows an action; pages use it to leave out what would be refused.
    pub fn may<A: Action>(&self) -> bool {
        self.role >= A::LEAST && (!self.read_only || A::READS)
    }

    /// The right to do `A`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] naming the action.
    pub fn right<A: Action>(&self) -> Result<Right<'_, A>> {
        if self.may::<A>() {
            Ok(Right { actor: self, action: PhantomData })
        } else {
            Err(Error::Forbidden(A::NAME.to_owned()))
        }
    }
}

/// The proof that somebody may do `A`. It cannot be made but from an [`Actor`] whose role allows it.
#[derive(Debug, Clone, Copy)]
pub struct Right<'a, A> {
    actor: &'a Actor,
    action: PhantomData<A>,
}

impl<'a, A> Right<'a, A> {
    /// Who holds the right.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// Whose records it reaches.
    pub fn scope(&self) -> &'a Scope {
        &self.actor.scope
    }

    /// Which sites' records it reaches in the customers' rooms.
    pub fn sites(&self) -> &'a SiteScope {
        &self.actor.sites
    }
}
