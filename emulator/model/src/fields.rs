//! The fields of an object.

use thin_vec::{ThinVec, thin_vec};

use crate::{Document, Key};

type Field = (Key, Document);

/// The fields of an object: an insertion-ordered list of key and value.
///
/// Objects of AWS shapes have few fields, for which a scan is faster than a hash.
#[derive(Clone, Debug, Default)]
pub struct Fields(Kept);

/// Where the fields are. A list has two words before its elements, which the many objects of one field
/// do without, as DynamoDB's values are.
#[derive(Clone, Debug)]
enum Kept {
    One(Box<Field>),
    Many(ThinVec<Field>),
}

impl Default for Kept {
    fn default() -> Self {
        Self::Many(ThinVec::new())
    }
}

/// Two objects are equal when they hold the same fields, in whatever order.
impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl Fields {
    /// No fields, with room for `capacity`.
    pub fn with_capacity(capacity: usize) -> Self {
        // One field gets a place of its own when it comes.
        let capacity = if capacity == 1 { 0 } else { capacity };
        Self(Kept::Many(ThinVec::with_capacity(capacity)))
    }

    /// One field.
    pub fn one(key: impl Into<Key>, value: Document) -> Self {
        Self(Kept::One(Box::new((key.into(), value))))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// How many fields there is room for without another allocation.
    pub fn capacity(&self) -> usize {
        match &self.0 {
            Kept::One(_) => 1,
            Kept::Many(fields) => fields.capacity(),
        }
    }

    /// Makes room for exactly so many more fields, if there is less.
    pub fn reserve_exact(&mut self, additional: usize) {
        if self.len() + additional > 1 {
            self.many(additional).reserve_exact(additional);
        }
    }

    /// Gives back the room that no field takes, where it is worth the copy.
    pub fn trim(&mut self) {
        if let Kept::Many(fields) = &mut self.0
            && fields.capacity() - fields.len() > fields.len() / 2
        {
            fields.shrink_to_fit();
        }
    }

    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&Document> {
        self.all().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of a field, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Document> {
        self.all_mut().iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Adds a field without looking whether the key is there already.
    pub fn push(&mut self, key: impl Into<Key>, value: Document) {
        let field = (key.into(), value);
        match &mut self.0 {
            Kept::Many(fields) if fields.capacity() > 0 => fields.push(field),
            Kept::Many(_) => self.0 = Kept::One(Box::new(field)),
            // What has two fields often has a few more.
            Kept::One(_) => self.many(3).push(field),
        }
    }

    /// Sets a field, in its old place if it was there.
    pub fn insert(&mut self, key: impl Into<Key>, value: Document) {
        let key = key.into();
        match self.get_mut(&key) {
            Some(old) => *old = value,
            None => self.push(key, value),
        }
    }

    /// Takes a field out.
    pub fn remove(&mut self, key: &str) -> Option<Document> {
        let index = self.all().iter().position(|(name, _)| name == key)?;
        Some(self.many(0).remove(index).1)
    }

    /// Takes a field out, and puts the last one in its place.
    pub fn take(&mut self, key: &str) -> Option<Document> {
        let index = self.all().iter().position(|(name, _)| name == key)?;
        Some(self.many(0).swap_remove(index).1)
    }

    /// The fields in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Document)> {
        self.all().iter().map(|(key, value)| (key, value))
    }

    /// The fields in order, values to change.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&Key, &mut Document)> {
        self.all_mut().iter_mut().map(|(key, value)| (&*key, value))
    }

    fn all(&self) -> &[Field] {
        match &self.0 {
            Kept::One(field) => std::slice::from_ref(field),
            Kept::Many(fields) => fields,
        }
    }

    fn all_mut(&mut self) -> &mut [Field] {
        match &mut self.0 {
            Kept::One(field) => std::slice::from_mut(field),
            Kept::Many(fields) => fields,
        }
    }

    /// The fields as a list, which gets room for so many more if it is not one yet.
    fn many(&mut self, more: usize) -> &mut ThinVec<Field> {
        if matches!(self.0, Kept::One(_))
            && let Kept::One(field) = std::mem::take(&mut self.0)
        {
            let mut fields = ThinVec::with_capacity(1 + more);
            fields.push(*field);
            self.0 = Kept::Many(fields);
        }
        match &mut self.0 {
            Kept::Many(fields) => fields,
            Kept::One(_) => unreachable!("made a list just above"),
        }
    }
}

/// The fields of an object in order, taken out of it.
#[derive(Clone, Debug)]
pub struct IntoFields(thin_vec::IntoIter<Field>);

impl Iterator for IntoFields {
    type Item = Field;

    fn next(&mut self) -> Option<Field> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for IntoFields {}

impl DoubleEndedIterator for IntoFields {
    fn next_back(&mut self) -> Option<Field> {
        self.0.next_back()
    }
}

impl IntoIterator for Fields {
    type Item = Field;
    type IntoIter = IntoFields;

    fn into_iter(self) -> Self::IntoIter {
        IntoFields(match self.0 {
            Kept::One(field) => thin_vec![*field].into_iter(),
            Kept::Many(fields) => fields.into_iter(),
        })
    }
}

impl FromIterator<Field> for Fields {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        let fields = fields.into_iter();
        let mut collected = Self::with_capacity(fields.size_hint().0);
        fields.for_each(|(key, value)| collected.push(key, value));
        collected
    }
}
