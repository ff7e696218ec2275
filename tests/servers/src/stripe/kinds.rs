//! The objects of Stripe's API that this server knows, with their paths, ids, permissions and filters.

/// A kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `customer`
    Customer,
    /// `product`
    Product,
    /// `price`
    Price,
    /// `coupon`
    Coupon,
    /// `subscription`; its items are kept inside it.
    Subscription,
    /// `invoice`; its lines are kept inside it.
    Invoice,
    /// `event`
    Event,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Customer,
        Self::Product,
        Self::Price,
        Self::Coupon,
        Self::Subscription,
        Self::Invoice,
        Self::Event,
    ];

    /// The `object` field.
    #[must_use]
    pub const fn object(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Product => "product",
            Self::Price => "price",
            Self::Coupon => "coupon",
            Self::Subscription => "subscription",
            Self::Invoice => "invoice",
            Self::Event => "event",
        }
    }

    /// The kind by its `object` field.
    #[must_use]
    pub fn from_object(object: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.object() == object)
    }

    /// The list's path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Customer => "/v1/customers",
            Self::Product => "/v1/products",
            Self::Price => "/v1/prices",
            Self::Coupon => "/v1/coupons",
            Self::Subscription => "/v1/subscriptions",
            Self::Invoice => "/v1/invoices",
            Self::Event => "/v1/events",
        }
    }

    /// How ids begin where the caller gives none.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Customer => "cus_",
            Self::Product => "prod_",
            Self::Price => "price_",
            Self::Coupon => "co_",
            Self::Subscription => "sub_",
            Self::Invoice => "in_",
            Self::Event => "evt_",
        }
    }

    /// The permission a restricted key needs; a price's is still called by its older name.
    #[must_use]
    pub const fn permission(self) -> &'static str {
        match self {
            Self::Customer => "rak_customer_read",
            Self::Product => "rak_product_read",
            Self::Price => "rak_plan_read",
            Self::Coupon => "rak_coupon_read",
            Self::Subscription => "rak_subscription_read",
            Self::Invoice => "rak_invoice_read",
            Self::Event => "rak_event_read",
        }
    }

    /// What its events begin with.
    pub(super) const fn event_prefix(self) -> &'static str {
        match self {
            Self::Subscription => "customer.subscription",
            other => other.object(),
        }
    }

    /// Filters of the list that compare a field for equality: parameter and path of the field.
    pub(super) const fn filters(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Customer => &[("email", "/email")],
            Self::Product => &[("active", "/active")],
            Self::Price => &[
                ("active", "/active"),
                ("currency", "/currency"),
                ("product", "/product"),
                ("type", "/type"),
            ],
            Self::Coupon => &[],
            Self::Subscription => &[
                ("customer", "/customer"),
                ("collection_method", "/collection_method"),
            ],
            Self::Invoice => &[
                ("customer", "/customer"),
                ("collection_method", "/collection_method"),
                ("status", "/status"),
                ("subscription", "/parent/subscription_details/subscription"),
            ],
            Self::Event => &[],
        }
    }
}
