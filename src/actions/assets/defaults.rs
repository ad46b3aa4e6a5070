//! What a category and a model say of an asset where the person left it empty: the fifth kettle takes seconds.

use store::assets::AssetFields;
use store::categories::Category;
use store::models::Model;

/// An asset as given; what is empty in `fields` may still come from its category and model.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The fields.
    pub fields: AssetFields,
    /// Whether it heats; none to go by the model or category.
    pub heating: Option<bool>,
    /// Whether it has surge suppressors; none to go by the model or category.
    pub surge_suppressors: Option<bool>,
    /// Whether to fill in at all: not when the person saw the defaults and cleared one on purpose.
    pub fill_in: bool,
}

impl Draft {
    /// A draft that says everything itself.
    pub fn complete(fields: AssetFields) -> Self {
        let (heating, surge_suppressors) = (Some(fields.heating), Some(fields.surge_suppressors));
        Self { fields, heating, surge_suppressors, fill_in: false }
    }
}

/// Fills in what is empty: from the model, else from the category.
pub fn apply_defaults(draft: Draft, category: &Category, model: Option<&Model>) -> AssetFields {
    let Draft { mut fields, heating, surge_suppressors, fill_in } = draft;
    if fields.description.is_empty() {
        fields.description.clone_from(&category.name);
    }
    fields.heating = heating.or(model.and_then(|m| m.heating)).unwrap_or(category.heating);
    let surge = surge_suppressors.or(model.and_then(|m| m.surge_suppressors));
    fields.surge_suppressors = surge.unwrap_or(category.surge_suppressors);
    if fill_in {
        fill(&mut fields, category, model);
    }
    fields
}

macro_rules! fill {
    ($fields:ident, $category:ident, $model:ident, $($name:ident),+) => {
        $($fields.$name = $fields.$name.or($model.and_then(|m| m.$name)).or($category.$name);)+
    };
}

fn fill(fields: &mut AssetFields, category: &Category, model: Option<&Model>) {
    // A rating is a power or a current: a default of the one must not contradict the other as given.
    let rated = fields.rated_power_mw.is_some() || fields.rated_current_ma.is_some();
    if !rated {
        fill!(fields, category, model, rated_power_mw, rated_current_ma);
    }
    fill!(fields, category, model, equipment_class, equipment_type, fuse_ma);
    fill!(fields, category, model, lead_length_mm, conductor_milli_mm2, sockets);
    if fields.plug.is_empty() {
        let plug = model.map(|m| &m.plug).filter(|plug| !plug.is_empty());
        fields.plug.clone_from(plug.unwrap_or(&category.plug));
    }
}
