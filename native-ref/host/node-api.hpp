// The part of Node-API that the addon uses, declared here so that building it needs no Node headers. The interface is
// stable across Node lines and compilers: https://nodejs.org/api/n-api.html
#pragma once

#include <stddef.h>
#include <stdint.h>

extern "C" {

typedef struct napi_env__* napi_env;
typedef struct napi_value__* napi_value;
typedef struct napi_callback_info__* napi_callback_info;
typedef struct napi_ref__* napi_ref;
typedef struct napi_handle_scope__* napi_handle_scope;
typedef int napi_status;
typedef int napi_typedarray_type;
typedef napi_value (*napi_callback)(napi_env env, napi_callback_info info);
typedef void (*napi_finalize)(napi_env env, void* data, void* hint);

inline constexpr napi_typedarray_type napi_uint8_array = 1;

napi_status napi_get_cb_info(napi_env env, napi_callback_info info, size_t* argc, napi_value* argv, napi_value* self,
                             void** data);
napi_status napi_create_function(napi_env env, const char* name, size_t name_length, napi_callback callback, void* data,
                                 napi_value* result);
napi_status napi_set_named_property(napi_env env, napi_value object, const char* name, napi_value value);
napi_status napi_throw_error(napi_env env, const char* code, const char* message);

napi_status napi_get_and_clear_last_exception(napi_env env, napi_value* result);

napi_status napi_create_reference(napi_env env, napi_value value, uint32_t initial_count, napi_ref* result);
napi_status napi_get_reference_value(napi_env env, napi_ref reference, napi_value* result);
napi_status napi_delete_reference(napi_env env, napi_ref reference);
napi_status napi_open_handle_scope(napi_env env, napi_handle_scope* result);
napi_status napi_close_handle_scope(napi_env env, napi_handle_scope scope);
napi_status napi_call_function(napi_env env, napi_value self, napi_value function, size_t count,
                               const napi_value* arguments, napi_value* result);

napi_status napi_create_external(napi_env env, void* data, napi_finalize finalize, void* hint, napi_value* result);
napi_status napi_get_value_external(napi_env env, napi_value value, void** result);

napi_status napi_create_arraybuffer(napi_env env, size_t length, void** data, napi_value* result);
napi_status napi_create_typedarray(napi_env env, napi_typedarray_type type, size_t length, napi_value buffer,
                                   size_t offset, napi_value* result);
napi_status napi_get_typedarray_info(napi_env env, napi_value value, napi_typedarray_type* type, size_t* length,
                                     void** data, napi_value* buffer, size_t* offset);

napi_status napi_get_value_uint32(napi_env env, napi_value value, uint32_t* result);
napi_status napi_create_uint32(napi_env env, uint32_t value, napi_value* result);
napi_status napi_get_boolean(napi_env env, bool value, napi_value* result);
napi_status napi_get_undefined(napi_env env, napi_value* result);

}
