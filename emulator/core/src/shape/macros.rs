//! The macros that generated code and providers are written in.

/// Makes a structure: one line a member, `field: Type = "Member"`. Every member may be absent.
#[macro_export]
macro_rules! structure {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $field:ident: $type:ty = $member:literal,)* }) => {
        #[doc = concat!("The structure `", stringify!($name), "`.")]
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {$(
            #[doc = concat!("`", $member, "`.")]
            $(#[$member_doc])*
            pub $field: ::core::option::Option<$type>,
        )*}

        impl $crate::shape::Structure for $name {
            fn members(&mut self, visitor: &mut $crate::shape::Visitor<'_>) {
                let _ = &visitor;
                $(visitor.member($member, &mut self.$field);)*
            }
        }

        impl $crate::shape::Value for $name {
            fn from_document(
                document: $crate::Document,
            ) -> ::core::result::Result<Self, $crate::shape::ShapeError> {
                $crate::shape::from_document(document)
            }

            fn into_document(self) -> $crate::Document {
                $crate::shape::into_document(self)
            }
        }
    };
}

/// Makes a union: one line a member, `Variant(Type) = "Member"`.
#[macro_export]
macro_rules! union {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $variant:ident($type:ty) = $member:literal,)* }) => {
        #[doc = concat!("The union `", stringify!($name), "`.")]
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {$(
            #[doc = concat!("`", $member, "`.")]
            $(#[$member_doc])*
            $variant($type),
        )*}

        impl $crate::shape::Value for $name {
            fn from_document(
                document: $crate::Document,
            ) -> ::core::result::Result<Self, $crate::shape::ShapeError> {
                let (member, value) = $crate::shape::union_field(document)?;
                let made = match &*member {
                    $($member => $crate::shape::Value::from_document(value).map(Self::$variant),)*
                    _ => Err($crate::shape::ShapeError {
                        path: ::std::string::String::new(),
                        expected: "a member of the union",
                        found: "another",
                    }),
                };
                made.map_err(|error| error.within(member))
            }

            fn into_document(self) -> $crate::Document {
                let (member, value) = match self {
                    $(Self::$variant(value) => ($member, $crate::shape::Value::into_document(value)),)*
                };
                $crate::Document::Object([(member.into(), value)].into_iter().collect())
            }
        }
    };
}

/// Makes an enum as a string that names its known values, and keeps any other.
#[macro_export]
macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident { $($constant:ident = $value:literal,)* }) => {
        #[doc = concat!("A value of `", stringify!($name), "`, known or not.")]
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(::std::borrow::Cow<'static, str>);

        impl $name {
            $(
                #[doc = concat!("`", $value, "`.")]
                pub const $constant: Self = Self(::std::borrow::Cow::Borrowed($value));
            )*

            /// The values that the model knows.
            pub const VALUES: &'static [&'static str] = &[$($value,)*];

            /// The value's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self(::std::borrow::Cow::Owned(text))
            }
        }

        impl $crate::shape::Value for $name {
            fn from_document(
                document: $crate::Document,
            ) -> ::core::result::Result<Self, $crate::shape::ShapeError> {
                <::std::string::String as $crate::shape::Value>::from_document(document).map(Self::from)
            }

            fn into_document(self) -> $crate::Document {
                $crate::Document::String(self.0.into_owned())
            }
        }
    };
}

/// Makes a constructor for each error of a service: `function = "Shape", status;`.
#[macro_export]
macro_rules! errors {
    ($($(#[$doc:meta])* $function:ident = $shape:literal, $status:literal;)*) => {$(
        #[doc = concat!("`", $shape, "`, status ", $status, ".")]
        $(#[$doc])*
        pub fn $function(message: impl ::core::convert::Into<::std::string::String>) -> $crate::ServiceError {
            $crate::error::modelled($shape, $status, message.into())
        }
    )*};
}

/// Makes a service's trait, with a method an operation that answers "not implemented", and a type for each.
#[macro_export]
macro_rules! operations {
    ($service:literal; $($(#[$doc:meta])* $method:ident = $name:literal: $input:ty => $output:ty;)*) => {
        /// The service, by botocore's name.
        pub const SERVICE: &str = $service;

        /// The operations of the service. A provider lists those it has, in [`standin_core::provider!`].
        pub trait Api: ::core::marker::Send + ::core::marker::Sync + 'static {$(
            #[doc = concat!("`", $name, "`.")]
            $(#[$doc])*
            fn $method(
                &self,
                context: $crate::Context,
                input: $input,
            ) -> impl ::core::future::Future<
                Output = ::core::result::Result<$output, $crate::ServiceError>,
            > + ::core::marker::Send {
                let _ = input;
                ::core::future::ready($crate::shape::not_implemented(&context))
            }
        )*}

        /// A type for each operation, named as its method.
        pub mod operation {
            use super::*;

            $(
                #[doc = concat!("`", $name, "`.")]
                #[expect(non_camel_case_types, reason = "named as its method, so that a macro finds it")]
                #[derive(Clone, Copy, Debug)]
                pub struct $method;

                impl $crate::shape::Operation for $method {
                    const NAME: &'static str = $name;
                    type Input = $input;
                    type Output = $output;
                }
            )*
        }
    };
}

/// Makes a type the provider of a service: lists the operations it has, and the function of each.
///
/// ```text
/// standin_core::provider! {
///     impl standin_shapes_sqs for Sqs {
///         create_queue = operations::create_queue;
///     }
/// }
/// ```
///
/// A function is `async fn(&Sqs, Context, CreateQueueRequest) -> Result<CreateQueueResult, ServiceError>`. An operation
/// that isn't listed is not implemented, which is known before its body is read; one that is listed without a
/// function, or that the service doesn't have, does not compile. `for Sqs, admitted by PATH` names a
/// `fn(&Sqs, &Context) -> Result<(), ServiceError>` that sees each caller first, before the input is looked at.
#[macro_export]
macro_rules! provider {
    (impl $shapes:ident for $provider:ty $(, admitted by $admit:path)? {
        $($method:ident = $function:path;)*
    }) => {
        impl $shapes::Api for $provider {$(
            async fn $method(
                &self,
                context: $crate::Context,
                input: <$shapes::operation::$method as $crate::shape::Operation>::Input,
            ) -> ::core::result::Result<
                <$shapes::operation::$method as $crate::shape::Operation>::Output,
                $crate::ServiceError,
            > {
                $function(self, context, input).await
            }
        )*}

        impl $crate::Provider for $provider {
            fn service(&self) -> &'static str {
                $shapes::SERVICE
            }

            fn operations(&self) -> ::std::vec::Vec<&'static str> {
                ::std::vec![$(<$shapes::operation::$method as $crate::shape::Operation>::NAME,)*]
            }

            fn operation(
                self: ::std::sync::Arc<Self>,
                name: &str,
            ) -> ::core::option::Option<$crate::OperationHandler> {
                let admissions: &'static [$crate::shape::Admission<Self>] = &[$($admit)?];
                $(
                    if name == <$shapes::operation::$method as $crate::shape::Operation>::NAME {
                        let provider = self.clone();
                        let handler = $crate::OperationHandler::new(move |context, input| async move {
                            let input = $crate::shape::Accept::accept(input)
                                .map_err($crate::error::malformed_input)?;
                            let output =
                                <Self as $shapes::Api>::$method(&provider, context, input).await?;
                            Ok($crate::shape::Give::give(output))
                        });
                        return Some(match admissions {
                            [admit] => handler.admitted_by(move |context| admit(&self, context)),
                            _ => handler,
                        });
                    }
                )*
                None
            }
        }
    };
}
