// SPDX-License-Identifier: MIT
#include "parameters.hpp"

namespace tickwork::query {

using influxql::Parameter;
using influxql::ParameterKind;

namespace {

Parameter of_field(const tw_value& v) {
  switch (v.type) {
    case TW_FLOAT:
      return {ParameterKind::number, influxql::number_text(v.as.f)};
    case TW_INT:
      return {ParameterKind::integer, std::to_string(v.as.i)};
    case TW_UINT:
      return {ParameterKind::integer, std::to_string(v.as.u)};
    case TW_BOOL:
      return {ParameterKind::boolean, v.as.b ? "true" : "false"};
    default:
      return {ParameterKind::string, std::string(v.as.s, v.len)};
  }
}

}  // namespace

influxql::Parameters parameters_of(const tw_request& request) {
  influxql::Parameters out;
  for (size_t i = 0; i < request.n_params; ++i) {
    out[string(request.params[i].key)] = of_field(request.params[i].value);
  }
  const tw_request* raw = &request;
  if (raw->size < sizeof *raw || request.params_json.len == 0) return out;
  std::string error;
  if (!influxql::parse_parameters(view(request.params_json), out, error)) {
    throw Error{TW_E_INVALID, error};
  }
  return out;
}

}  // namespace tickwork::query
