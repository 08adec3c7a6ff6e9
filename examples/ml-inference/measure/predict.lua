wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"bill_length_mm":39.1,"bill_depth_mm":18.7,"flipper_length_mm":181,"body_mass_g":3750}'
