//! What of a service's model is generated, and under which names.

use std::collections::{BTreeMap, BTreeSet};

use standin_model::{Member, Operation, Service, Shape, ShapeId, ShapeKind, Structure};

use crate::names;

/// The shapes that the operations of a service reach, named.
pub(crate) struct Plan<'m> {
    pub(crate) service: &'m Service,
    names: BTreeMap<ShapeId, String>,
}

impl<'m> Plan<'m> {
    pub(crate) fn new(service: &'m Service) -> Self {
        let mut reached = BTreeSet::new();
        for operation in &service.operations {
            for id in [operation.input, operation.output].into_iter().flatten() {
                reach(service, id, &mut reached);
            }
        }
        let mut plan = Self { service, names: BTreeMap::new() };
        let mut taken = Vec::new();
        for id in reached.into_iter().filter(|id| is_named(service.shape(*id))) {
            let name = names::unique(names::pascal(service.shape(id).name), &taken);
            taken.push(name.clone());
            plan.names.insert(id, name);
        }
        plan
    }

    /// The structures and enums to generate, with their names, in the order of the model.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = (&Shape, &str)> {
        self.names.iter().map(|(id, name)| (self.service.shape(*id), name.as_str()))
    }

    /// The members of a structure that a document holds; streams travel apart from it.
    pub(crate) fn members<'s>(&self, structure: &'s Structure) -> impl Iterator<Item = &'s Member> {
        structure.members.iter().filter(|member| !self.is_stream(member))
    }

    /// The type of a member within the structure of a shape.
    pub(crate) fn member_type(&self, owner: &Shape, member: &Member) -> String {
        let plain = self.value_type(member.shape);
        let nests = self
            .service
            .structure(member.shape)
            .is_some_and(|s| self.holds(s, owner, &mut BTreeSet::new()));
        let owns = self.service.shape(member.shape).name == owner.name;
        if nests || owns { format!("Box<{plain}>") } else { plain }
    }

    /// The type of an operation's input.
    pub(crate) fn input_type(&self, operation: &Operation) -> String {
        self.whole_type(operation.input)
    }

    /// The type of an operation's output.
    pub(crate) fn output_type(&self, operation: &Operation) -> String {
        self.whole_type(operation.output)
    }

    fn whole_type(&self, id: Option<ShapeId>) -> String {
        let Some(id) = id else {
            return "Empty".to_owned();
        };
        let plain = self.value_type(id);
        let members = self.service.structure(id).map_or(&[][..], |structure| &structure.members);
        if members.iter().any(|member| self.service.shape(member.shape).event_stream) {
            format!("Evented<{plain}>")
        } else if members.iter().any(|member| self.is_stream(member)) {
            format!("Streamed<{plain}>")
        } else {
            plain
        }
    }

    fn is_stream(&self, member: &Member) -> bool {
        let shape = self.service.shape(member.shape);
        let blob = matches!(shape.kind, ShapeKind::Blob);
        shape.event_stream || blob && (member.streaming || shape.streaming)
    }

    fn value_type(&self, id: ShapeId) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let shape = self.service.shape(id);
        match &shape.kind {
            ShapeKind::List(element) => format!("Vec<{}>", self.element_type(shape, element)),
            ShapeKind::Map(_, value) => {
                format!("BTreeMap<String, {}>", self.element_type(shape, value))
            }
            ShapeKind::Integer => "i32".to_owned(),
            ShapeKind::Long => "i64".to_owned(),
            ShapeKind::BigInteger | ShapeKind::BigDecimal => "Number".to_owned(),
            ShapeKind::Float | ShapeKind::Double => "f64".to_owned(),
            ShapeKind::Boolean => "bool".to_owned(),
            ShapeKind::Blob => "Bytes".to_owned(),
            ShapeKind::Timestamp => "Timestamp".to_owned(),
            ShapeKind::Structure(_) | ShapeKind::Document => "Document".to_owned(),
            ShapeKind::String => "String".to_owned(),
        }
    }

    fn element_type(&self, collection: &Shape, element: &Member) -> String {
        let plain = self.value_type(element.shape);
        if collection.sparse { format!("Option<{plain}>") } else { plain }
    }

    /// Whether a structure holds another within itself, without a list or map between them.
    fn holds(&self, structure: &Structure, sought: &Shape, seen: &mut BTreeSet<ShapeId>) -> bool {
        structure.members.iter().any(|member| {
            let Some(inner) = self.service.structure(member.shape) else {
                return false;
            };
            let found = self.service.shape(member.shape).name == sought.name;
            found || seen.insert(member.shape) && self.holds(inner, sought, seen)
        })
    }
}

/// Whether a shape is an enum.
pub(crate) fn enum_values(shape: &Shape) -> &[&'static str] {
    match (&shape.kind, &shape.constraints) {
        (ShapeKind::String, Some(constraints)) => &constraints.enum_values,
        _ => &[],
    }
}

fn is_named(shape: &Shape) -> bool {
    shape.structure().is_some() && !shape.event_stream || !enum_values(shape).is_empty()
}

fn reach(service: &Service, id: ShapeId, reached: &mut BTreeSet<ShapeId>) {
    if !reached.insert(id) {
        return;
    }
    match &service.shape(id).kind {
        ShapeKind::Structure(structure) if !service.shape(id).event_stream => {
            structure.members.iter().for_each(|member| reach(service, member.shape, reached));
        }
        ShapeKind::List(element) => reach(service, element.shape, reached),
        // Keys are strings, enums or not.
        ShapeKind::Map(_, value) => reach(service, value.shape, reached),
        _ => {}
    }
}
